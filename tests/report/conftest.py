import pytest

from autograder.judge.verdict import CheckResult, Counterexample, SpeedResult, TopicResult, Verdict


def make_verdict(topics=(), speed=()):
    return Verdict(
        seed=7,
        isolation="landlock+netns+rlimits",
        submission={"sha256": "ab" * 32, "files": {"linear.py": "12" * 32, "losses.py": "34" * 32}},
        environment={"python": "3.11.7", "torch": "2.13.0"},
        topics=list(topics),
        speed=list(speed),
    )


def make_failure(message="wrong", name="Linear.backward: grad_weight", **fields):
    return CheckResult(name, "Linear.backward", "gradient", "failed", 0, 2, message, **fields)


@pytest.fixture
def empty():
    return make_verdict()


@pytest.fixture
def verdict():
    """A verdict with every status and every tier."""
    halved = Counterexample(
        config={"calls": ["linear = Linear(3, 2)", "linear.backward(grad_y)"]},
        inputs={"x": [[1.0, -2.0, 3.0], [0.5, 0.0, -1.25]]},
        expected=[[0.5, -2.0, 4.25], [2.25, -4.0, 5.375]],
        got=[[0.25, -1.0, 2.125], [1.125, -2.0, 5.375]],
    )
    linear = TopicResult(
        "linear",
        [
            CheckResult("Linear.forward: output", "Linear.forward", "forward", "passed", 2, 2),
            make_failure(
                "Divided by the batch size.",
                mistake="linear.grad-divided-by-batch",
                location="scaffold/linear.py:31",
                counterexample=halved,
            ),
            CheckResult(
                "Linear.backward: grad_x", "Linear.backward", "gradient", "error", 0, 2, "RuntimeError: shapes (2x3)"
            ),
            CheckResult("xavier_normal_: mean", "xavier_normal_", "forward", "unimplemented", 0, 1),
            CheckResult("xavier_normal_: deviation", "xavier_normal_", "forward", "unimplemented", 0, 1),
            CheckResult("kaiming_normal_: mean", "kaiming_normal_", "forward", "unimplemented", 0, 1),
        ],
    )
    losses = TopicResult(
        "losses",
        [
            CheckResult("MSELoss.forward", "MSELoss.forward", "forward", "passed", 3.5, 3.5),
            CheckResult("MSELoss: speed", "MSELoss.forward", "speed", "skipped", 0, 1, "too slow a machine"),
            CheckResult("MSELoss: memory", "MSELoss.forward", "memory", "skipped", 0, 1, "too slow a machine"),
            CheckResult("L1Loss.forward", "L1Loss.forward", "forward", "broken", 0, 1, "the oracle stumbled"),
        ],
    )
    done = TopicResult("gradcheck", [CheckResult("values", "numerical_gradient", "forward", "passed", 4, 4)])
    speed = [
        SpeedResult("Linear", "100x300", 0.651, "gold"),
        SpeedResult("MSELoss", "1000x10", 2.4, "silver"),
        SpeedResult("Sigmoid", "100x3x10x10", 7.25, "bronze"),
        SpeedResult("L1Loss", "1000x10", 31.0, "none"),
        SpeedResult("Tanh", "1000x11", None, "none"),
    ]
    return make_verdict([done, linear, losses], speed)


@pytest.fixture
def failing():
    """A function: a verdict with one failed check, of this message and these fields."""
    return lambda *args, **fields: make_verdict([TopicResult("linear", [make_failure(*args, **fields)])])
