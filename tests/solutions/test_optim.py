import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions import SGD, Adam, MultiStepLR, Parameter

MANY = settings(max_examples=40, deadline=None, database=None, derandomize=True)
SHAPES = [(3, 2), (4,)]

decays = st.sampled_from([0, 0.1])
sgd_options = st.one_of(
    st.fixed_dictionaries(
        {
            "lr": st.sampled_from([0.01, 1.0]),
            "momentum": st.sampled_from([0, 0.5, 0.9]),
            "dampening": st.sampled_from([0, 0.3, 0.9]),
            "weight_decay": decays,
        }
    ),
    st.fixed_dictionaries({"momentum": st.sampled_from([0.3, 0.9]), "nesterov": st.just(True), "weight_decay": decays}),
)
adam_options = st.fixed_dictionaries(
    {
        "lr": st.sampled_from([1e-3, 0.5]),
        "betas": st.sampled_from([(0.9, 0.999), (0.0, 0.5)]),
        "eps": st.sampled_from([1e-8, 0.1]),
        "weight_decay": decays,
    }
)


def assert_twins(ours, theirs, options, steps=6):
    """Both see the same random gradients, through zero_grad as in a training loop."""
    torch.manual_seed(0)
    starts = [torch.randn(shape, dtype=torch.float64) for shape in SHAPES]
    parameters = [Parameter(start.clone()) for start in starts]
    twins = [start.clone().requires_grad_() for start in starts]
    our_optimizer, their_optimizer = ours(iter(parameters), **options), theirs(twins, **options)
    tensors = [p.data for p in parameters]
    for _ in range(steps):
        our_optimizer.zero_grad()
        for p, twin in zip(parameters, twins):
            p.grad += torch.randn_like(p.data)
            twin.grad = p.grad.clone()
        our_optimizer.step()
        their_optimizer.step()
        for p, twin in zip(parameters, twins):
            torch.testing.assert_close(p.data, twin.detach(), rtol=1e-12, atol=1e-12)
            assert torch.equal(p.grad, twin.grad), "a step must not change the gradient"
    assert all(p.data is tensor for p, tensor in zip(parameters, tensors)), "a step works in place"


@given(sgd_options)
@MANY
def test_sgd_is_that_of_torch(options):
    assert_twins(SGD, torch.optim.SGD, options)


@given(adam_options)
@MANY
def test_adam_is_that_of_torch(options):
    assert_twins(Adam, torch.optim.Adam, options)


def test_defaults_are_torchs():
    assert_twins(SGD, torch.optim.SGD, {})
    assert_twins(Adam, torch.optim.Adam, {})


def steps_of(optimizer, p, gradient=1.0, count=4):
    """How far p moves in each of some steps with a constant gradient."""
    moved = []
    for _ in range(count):
        before = p.data.clone()
        optimizer.zero_grad()
        p.grad += gradient
        optimizer.step()
        moved.append((before - p.data).item())
    return moved


def test_momentum_by_hand():
    p = Parameter(torch.zeros(1, dtype=torch.float64))
    assert steps_of(SGD([p], lr=1, momentum=0.9), p) == pytest.approx([1, 1.9, 2.71, 3.439])


def test_adams_steps_do_not_depend_on_the_scale():
    for gradient in (1e-3, 1.0, 1e3):
        p = Parameter(torch.zeros(1, dtype=torch.float64))
        assert steps_of(Adam([p], lr=0.1), p, gradient) == pytest.approx([0.1] * 4, rel=1e-4)


def test_zero_grad():
    p = Parameter(torch.ones(2))
    p.grad += 1
    SGD([p]).zero_grad()
    assert p.grad.tolist() == [0, 0]


@pytest.mark.parametrize("milestones", [[2, 4], [3, 3], [1], [], [4, 2]], ids=str)
def test_the_schedule_is_torchs(milestones):
    ours = SGD([Parameter(torch.ones(1))], lr=0.8)
    theirs = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.8)
    schedules = MultiStepLR(ours, milestones, gamma=0.5), torch.optim.lr_scheduler.MultiStepLR(theirs, milestones, 0.5)
    for _ in range(6):
        assert ours.lr == pytest.approx(theirs.param_groups[0]["lr"])
        assert schedules[0].get_last_lr() == pytest.approx(schedules[1].get_last_lr())
        theirs.step()
        for schedule in schedules:
            schedule.step()


def test_the_schedule_keeps_what_others_did_to_lr():
    optimizer = SGD([Parameter(torch.ones(1))], lr=0.8)
    schedule = MultiStepLR(optimizer, [1])
    optimizer.lr = 0.1
    schedule.step()
    assert optimizer.lr == pytest.approx(0.01)


def test_what_is_refused():
    with pytest.raises(ValueError, match="no parameters"):
        SGD([])
    parameters = [Parameter(torch.ones(1))]
    with pytest.raises(ValueError, match="lr"):
        Adam(parameters, lr=-1)
    for options in ({"momentum": 0}, {"momentum": 0.9, "dampening": 0.1}):
        with pytest.raises(ValueError, match="nesterov"):
            SGD(parameters, nesterov=True, **options)
