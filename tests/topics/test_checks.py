"""No check is there for nothing: each fails for a package that is wrong in the way that the check is about."""

import contextlib
import copy
import functools
import inspect

import pytest
import torch

import solutions
from autograder.judge import compare
from autograder.judge.oracle import Oracle, run, with_mistake
from autograder.program import COMBINATIONS
from autograder.publish.exercises import scan
from autograder.sandbox.interpreter import Interpreter
from autograder.topics import conv, topics, upsampling
from autograder.topics.common.model import Mistake

CHECKS = {check.name: (topic, check) for topic in topics() for check in topic.checks}
OF_TWINS = {name for name, (topic, _) in CHECKS.items() if topic.name == "fast" and name.replace("Fast", "") in CHECKS}
"""Checks that topic fast has from the plain twins of its classes: what breaks them is tried there."""
OWN = {name: check for name, (_, check) in CHECKS.items() if name not in OF_TWINS}
ORACLE = Oracle()
GEOMETRIES = {"Conv2d": conv.VARIANTS, "ConvTranspose2d": upsampling.VARIANTS}
"""The spaces of cases that have a forward and a backward check each; most are named after an option."""


def test_every_exercise_is_checked():
    for topic in topics():
        exercises = {name for name, exercise in scan().items() if exercise.file in topic.files}
        assert exercises == {check.exercise for check in topic.checks}, topic.name


def test_twins_leave_the_programs_of_their_plain_classes_alone():
    """Cases that are programs already are the same objects for both, in every oracle of a process."""
    for topic, check in CHECKS.values():
        if topic.name == "fast":
            ORACLE.questions(topic, check.space, seed=0)
    later, classes = Oracle(), set()
    for topic, check in CHECKS.values():
        if topic.name != "fast":
            programs = [question.program for question in later.questions(topic, check.space, seed=0)]
            classes |= {step["cls"] for program in programs for step in program.steps if "cls" in step}
    assert "Conv2d" in classes and not {name for name in classes if name.startswith("Fast")}


def test_names_are_unique():
    for named in ([c for t in topics() for c in t.checks], [m for t in topics() for m in t.mistakes]):
        assert len({thing.name for thing in named}) == len(named)


def test_every_check_passes_the_solved_package():
    assert not [name for name in CHECKS if fails(name, None)]


@pytest.mark.parametrize("name", [name for name, check in OWN.items() if check.kind in ("forward", "gradient")])
def test_right_numbers_are_demanded(name):
    assert any(fails(name, variant) for variant in variants(name))


@pytest.mark.parametrize("name", [name for name, check in OWN.items() if check.kind == "contract"])
def test_contracts_catch_what_the_numbers_let_pass(name):
    """Some variant breaks this contract, and passes all checks of outputs and gradients."""
    assert any(
        fails(name, variant) and not any(fails(other, variant) for other in simplest(name))
        for variant in variants(name)
    )


def simplest(name):
    """The checks of outputs and gradients of the same class."""
    _, check = CHECKS[name]
    return [n for n, (_, c) in CHECKS.items() if subject(c) == subject(check) and c.kind in ("forward", "gradient")]


def subject(check):
    return check.exercise.partition(".")[0]


@functools.cache
def fails(name, variant):
    """Whether a check fails. variant: a known mistake, (what spoils, exercise), or None for the solved package."""
    topic, check = CHECKS[name]
    interpreter = Interpreter(package(variant))
    for question in ORACLE.questions(topic, check.space, seed=0)[: check.examples]:
        got = run(question.program, interpreter)
        if any(compare.outcomes(check.compare, question.expected[n], got[n]) for n in check.observes):
            return True
    return False


def variants(name):
    topic, check = CHECKS[name]
    exercises = {c.exercise for c in topic.checks if subject(c) == subject(check)}
    for mistake in topic.mistakes:
        if mistake.exercise in exercises:
            yield mistake
    for exercise in sorted(exercises, key=lambda e: e != check.exercise):
        yield from ((spoil, exercise) for spoil in (*SPOILED_CALLS, *SPOILED_CLASSES))
    yield from ((spoil, check.exercise) for spoil in SPOILED_FOR.get(name, ()))


class Package:
    """The solved package with some names replaced."""

    def __init__(self, **names):
        vars(self).update(names)

    def __getattr__(self, name):
        return getattr(solutions, name)


def package(variant):
    if variant is None:
        return solutions
    if not isinstance(variant, tuple):
        return with_mistake(variant)
    spoil, exercise = variant
    name, _, method = exercise.partition(".")
    solved = getattr(solutions, name)
    if not method:
        return solutions if spoil in SPOILED_CLASSES else Package(**{name: spoil(solved)})
    methods = spoil(solved) if spoil in SPOILED_CLASSES else {method: spoil(getattr(solved, method))}
    return Package(**{heir.__name__: type(heir.__name__, (heir,), methods) for heir in heirs(solved)})


def heirs(cls):
    """A class of the solved package and those that inherit from it, as BatchNorm2d does its methods."""
    named = (getattr(solutions, name) for name in solutions.__all__)
    return [value for value in named if isinstance(value, type) and issubclass(value, cls)]


# --- calls that go wrong: from a solved function or method, a wrong one ------------------------------------


def wrong_numbers(solved):
    def call(owner, *args, **kwargs):
        result = solved(owner, *args, **kwargs)
        if result is owner:
            return result.mul_(1.5)
        if isinstance(result, torch.Tensor):
            return result + 0.5
        if result is None:
            _shift(owner)
            return None
        return [n + 1 for n in result] if isinstance(result, (list, tuple)) else result + 1

    return call


def _shift(owner):
    if hasattr(owner, "gamma"):
        owner.optimizer.lr *= 2
    for parameter in owner.params if hasattr(owner, "params") else getattr(owner, "parameters", tuple)():
        parameter.data += 0.5


def wrong_gradients_of_parameters(solved):
    def call(owner, *args):
        result = solved(owner, *args)
        for parameter in owner.parameters():
            parameter.grad += 0.5
        return result

    return call


def changes_what_it_is_given(solved):
    def call(*args, **kwargs):
        result = solved(*(a.clone() if isinstance(a, torch.Tensor) else a for a in args), **kwargs)
        given = [a for a in args if isinstance(a, torch.Tensor)] + [p.grad for p in getattr(args[0], "params", ())]
        for tensor in given:
            if 0 not in tensor.stride():
                tensor += 1
        return result

    return call


def assumes_contiguity(solved):
    def dense(value):
        if not isinstance(value, torch.Tensor):
            return value
        strides = torch.empty(value.shape, device="meta").stride()
        return value.as_strided(value.shape, strides, value.storage_offset())

    return lambda *args, **kwargs: solved(*(dense(a) for a in args), **kwargs)


def returns_float64(solved):
    def call(*args, **kwargs):
        result = solved(*args, **kwargs)
        return result.double() if isinstance(result, torch.Tensor) else result

    return call


def returns_one_element(solved):
    def call(*args, **kwargs):
        result = solved(*args, **kwargs)
        return result.reshape(1) if isinstance(result, torch.Tensor) and result.dim() == 0 else result

    return call


def returns_what_a_second_call_gives(solved):
    def call(*args, **kwargs):
        again = [a.clone() if isinstance(a, torch.Tensor) else a for a in args]
        solved(*args, **kwargs)
        return solved(*again, **kwargs)

    return call


def never_refuses(solved):
    def call(*args, **kwargs):
        try:
            return solved(*args, **kwargs)
        except Exception:
            return torch.zeros(1)

    return call


SPOILED_CALLS = (
    wrong_numbers,
    wrong_gradients_of_parameters,
    changes_what_it_is_given,
    assumes_contiguity,
    returns_float64,
    returns_one_element,
    returns_what_a_second_call_gives,
    never_refuses,
)


# --- classes that go wrong: from a solved class, the methods of a wrong one --------------------------------


def remembers_the_batch_before(solved):
    def forward(self, *inputs):
        result = solved.forward(self, *inputs)
        if not self.training:  # here a layer may depend on earlier batches: BatchNorm's running moments do
            return result
        self.calls = vars(self).get("calls", 0) + 1
        return result + 0.5 * (self.calls - 1)

    return {"forward": forward}


def answers_for_the_first_batch(solved):
    def forward(self, *inputs):
        result = solved.forward(self, *inputs)
        self.batches = [*vars(self).get("batches", []), copy.deepcopy(self)]
        return result

    def backward(self, *grads):
        return solved.backward(self.batches[0] if len(self.batches) > 1 else self, *grads)

    return {"forward": forward, "backward": backward}


def answers_once(solved):
    def forward(self, *inputs):
        self.answered = False
        return solved.forward(self, *inputs)

    def backward(self, *grads):
        result = solved.backward(self, *grads) + vars(self).get("answered", False)
        self.answered = True
        return result

    return {"forward": forward, "backward": backward}


def overwrites_gradients(solved):
    def backward(self, *grads):
        for parameter in self.parameters():
            parameter.zero_grad()
        return solved.backward(self, *grads)

    return {"backward": backward}


def accepts_any_arguments(solved):
    def __init__(self, *args, **kwargs):
        with contextlib.suppress(ValueError):
            solved.__init__(self, *args, **kwargs)

    return {"__init__": __init__, "__repr__": object.__repr__}


def accepts_keywords_that_it_does_not_know(solved):
    known = inspect.signature(solved.__init__).parameters

    def __init__(self, *args, **kwargs):
        solved.__init__(self, *args, **{name: value for name, value in kwargs.items() if name in known})

    return {"__init__": __init__}


def ignores_keywords(solved):
    return {"__init__": lambda self, *args, **_: solved.__init__(self, *args)}


def has_no_length(solved):
    return {"__len__": lambda self: 0}


def has_one_item(solved):
    return {"__getitem__": lambda self, index: next(iter(self))}


SPOILED_CLASSES = (
    remembers_the_batch_before,
    answers_for_the_first_batch,
    answers_once,
    overwrites_gradients,
    accepts_any_arguments,
    accepts_keywords_that_it_does_not_know,
    ignores_keywords,
    has_no_length,
    has_one_item,
)


# --- calls that go wrong in one way only -------------------------------------------------------------------


def wants_a_tensor_from_f(solved):
    return lambda f, x, **kwargs: solved(lambda z: f(z).clone(), x, **kwargs)


def takes_tables_only(solved):
    def call(layer, table):
        if table.dim() != 2:
            raise ValueError("not a table")
        return solved(layer, table)

    return call


def needs_a_layer(solved):
    def call(network, x):
        _ = network[0]
        return solved(network, x)

    return call


def takes_milestones_from_the_front(solved):
    def call(schedule):
        schedule.last_epoch += 1
        if schedule.milestones and schedule.milestones[0] == schedule.last_epoch:
            schedule.optimizer.lr *= schedule.gamma
            schedule.milestones.pop(0)

    return call


def takes_for_granted(attribute):
    """Spoils a method: it needs what a layer may be without."""

    def spoil(solved):
        def call(layer, *args):
            _ = getattr(layer, attribute).data
            return solved(layer, *args)

        return call

    return spoil


def ignores(option):
    """Spoils a constructor: a keyword has no effect."""

    def spoil(solved):
        def __init__(self, *args, **kwargs):
            solved(self, *args, **{name: value for name, value in kwargs.items() if name != option})

        return __init__

    return spoil


def needs_a_bias(solved):
    def call(x, weight, bias, *options):
        return solved(x, weight, bias.clone(), *options)

    return call


def takes_the_first_samples_only(solved):
    """Half of a large batch is left at zero, as by a loop over parts that ends too early."""

    def call(layer, x):
        result = solved(layer, x)
        if len(x) > 50:
            result[50:] = 0
        return result

    return call


def takes_targets_for_probabilities(solved):
    """Right where each row sums to 1: then softmax times that sum is softmax."""

    def call(loss):
        result, t = solved(loss), loss.target
        return result + (1 - t.sum(1, keepdim=True)) * loss.log_p.exp() / loss.n if t.is_floating_point() else result

    return call


def takes_zero_for_no_number(solved):
    def call(layer, x):
        layer.p = layer.p or 0.5
        return solved(layer, x)

    return call


SPOILED_FOR = {
    "numerical_gradient: f may return a plain number": [wants_a_tensor_from_f],
    "Linear.forward: any number of dimensions": [takes_tables_only],
    "Linear.backward: any number of dimensions": [takes_tables_only],
    "Sequential.forward: no layers at all": [needs_a_layer],
    "Sequential.backward: no layers at all": [needs_a_layer],
    "MultiStepLR.step: milestones in any order, or twice": [takes_milestones_from_the_front],
    "Conv2d.forward: a large batch": [takes_the_first_samples_only],
    "Conv2d.backward: a large batch": [takes_the_first_samples_only],
    "CrossEntropyLoss.backward: targets that do not sum to 1": [takes_targets_for_probabilities],
    "conv2d: result": [needs_a_bias],
    "Dropout.forward: p = 0": [takes_zero_for_no_number],
    **{
        f"{cls}.{method}: bias=False": [takes_for_granted("bias")]
        for cls in ("Conv2d", "ConvTranspose2d")
        for method in ("forward", "backward")
    },
    **{
        f"{cls}.{method}": [takes_for_granted(attribute)]
        for cls in ("BatchNorm1d", "BatchNorm2d")
        for method, attribute in (
            ("forward: affine=False", "weight"),
            ("backward: affine=False", "weight"),
            ("forward: track_running_stats=False", "running_mean"),
            ("forward: track_running_stats=False in evaluation", "running_mean"),
        )
    },
}


@pytest.mark.parametrize(("name", "spoil"), [(n, spoil) for n, spoils in SPOILED_FOR.items() for spoil in spoils])
def test_what_is_listed_for_a_check_fails_it(name, spoil):
    assert fails(name, (spoil, CHECKS[name][1].exercise))


OPTIONS = [(cls, option) for cls, variants in GEOMETRIES.items() for option in variants if " " not in option]


@pytest.mark.parametrize(("cls", "option"), OPTIONS)
def test_no_option_of_a_convolution_can_be_ignored(cls, option):
    """The checks that are named after it fail; but where backward starts from it, grad_y says what was added to y."""
    ignored = (ignores(option), f"{cls}.__init__")
    assert fails(f"{cls}.forward: {option}", ignored)
    assert fails(f"{cls}.backward: {option}", ignored) == (option != "output_padding")


# --- what is right in other words --------------------------------------------------------------------------


def batchnorm_forward(self, x):
    """The channels last, where they broadcast by themselves: no helper, and none of the solution's names."""
    self.require_shape(x)
    channels_last = x.transpose(1, -1)
    self.frozen = self.track_running_stats and not self.training
    if self.frozen:
        center, spread = self.running_mean, self.running_var
    else:
        spread, center = torch.var_mean(channels_last.flatten(0, -2), 0, correction=0)
    if self.training and self.track_running_stats:
        self.remember(center, spread, x.numel() // x.shape[1])
    self.scale = (spread + self.eps).sqrt()
    self.z = (channels_last - center) / self.scale
    y = self.z * self.weight.data + self.bias.data if self.affine else self.z
    return y.transpose(1, -1).clone()


def batchnorm_backward(self, grad_y):
    g = grad_y.transpose(1, -1)
    places = tuple(range(g.dim() - 1))
    if self.affine:
        self.weight.grad += (g * self.z).sum(places)
        self.bias.grad += g.sum(places)
        g = g * self.weight.data
    if not self.frozen:
        g = g - g.mean(places) - self.z * (g * self.z).mean(places)
    return (g / self.scale).transpose(1, -1)


def not_called(self, values):
    raise AssertionError("a helper, which nobody has to use")


IN_OTHER_WORDS = Mistake(
    "none at all",
    "BatchNorm.forward",
    batchnorm_forward,
    says="",
    asks="",
    also={"backward": batchnorm_backward, "per_channel": not_called},
)


@pytest.mark.parametrize("name", [name for name, (topic, _) in CHECKS.items() if topic.name == "batchnorm"])
def test_batchnorm_may_name_what_it_keeps_as_it_likes(name):
    """Neither `dims`, which the given `per_channel` reads, nor anything else that the solution's forward sets."""
    assert not fails(name, IN_OTHER_WORDS)


def dropout_that_divides(self, x):
    self.staying = torch.rand(x.shape, device=x.device) >= self.p if self.training else torch.ones_like(x) > 0
    y = self.passed(x)
    return x.copy_(y) if self.inplace else y


def dropout_passed(self, x):
    keep = 1 - self.p if self.training else 1.0
    return torch.where(self.staying, x / keep, torch.zeros_like(x))


DIVIDES = Mistake(
    "none at all",
    "Dropout.forward",
    dropout_that_divides,
    says="",
    asks="",
    also={"backward": lambda self, grad_y: self.passed(grad_y), "passed": dropout_passed},
)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.8])
def test_a_mask_is_the_same_by_division_as_by_multiplication(p):
    x = torch.randn(3000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    masks = [COMBINATIONS["quotient"](y, x) for y in (x / (1 - p), x * (1 / (1 - p)), (x.float() / (1 - p)).double())]
    assert all(torch.equal(mask, torch.full_like(mask, round(1 / (1 - p), 5))) for mask in masks)


@pytest.mark.parametrize("name", [name for name, (topic, _) in CHECKS.items() if topic.name == "dropout"])
def test_dropout_may_divide_what_stays(name):
    assert not fails(name, DIVIDES)
