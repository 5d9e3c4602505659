import pytest
import torch

import solutions
from solutions import blocked


@pytest.fixture(autouse=True, params=[1, 7, 2**19], ids="blocks of {}".format)
def size_of_blocks(request, monkeypatch):
    monkeypatch.setattr(blocked, "BLOCK", request.param)


def twins(name, *args, **kwargs):
    return getattr(solutions, f"Fast{name}")(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)


def numbers(*shape):
    return 2 * torch.randn(shape, dtype=torch.float64)


@pytest.mark.parametrize(
    ("name", "argument", "shape"),
    [
        *(("LeakyReLU", a, (5, 4)) for a in (0.0, 0.01, 0.7, 1.5, -0.3)),
        *((name, dim, (3, 4, 2)) for name in ("Softmax", "LogSoftmax") for dim in (0, 1, -1, -3)),
        *((name, 0, (5,)) for name in ("LeakyReLU", "Softmax", "LogSoftmax")),
        *((name, 1, (0, 3)) for name in ("LeakyReLU", "Softmax", "LogSoftmax")),
    ],
)
def test_activations_are_those_of_torch(assert_twins, name, argument, shape):
    torch.manual_seed(0)
    assert_twins(*twins(name, argument), numbers(*shape), rtol=1e-12)
    if len(shape) == 2:
        assert_twins(*twins(name, argument), numbers(*shape[::-1]).T, rtol=1e-12)


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax"])
def test_finite_and_right_far_out(assert_twins, name):
    values = torch.tensor([-1000.0, -800, -40, -1e-8, 20, 800, 1000], dtype=torch.float64)
    assert_twins(*twins(name, 1), torch.stack([values, values.flip(0), 7 - values]), rtol=1e-12)


def classes(*shape):
    return torch.randint(4, shape)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((name, lambda: (numbers(5, 3), numbers(5, 3))) for name in ("MSELoss", "L1Loss")),
        *((name, lambda: (numbers(), numbers())) for name in ("MSELoss", "L1Loss")),
        ("BCEWithLogitsLoss", lambda: (30 * numbers(5, 3), numbers(5, 3).sigmoid())),
        ("BCEWithLogitsLoss", lambda: (numbers(3, 5).T, numbers(3, 5).sigmoid().T)),
        ("CrossEntropyLoss", lambda: (300 * numbers(6, 4), classes(6))),
        ("CrossEntropyLoss", lambda: (numbers(2, 4, 3, 2), classes(2, 3, 2))),
        ("CrossEntropyLoss", lambda: (numbers(4), classes())),
        ("CrossEntropyLoss", lambda: (numbers(6, 4), numbers(6, 4).abs())),
    ],
)
def test_losses_are_those_of_torch(name, data, reduction):
    torch.manual_seed(0)
    (ours, theirs), (input, target) = twins(name, reduction=reduction), data()
    leaf, before = input.clone().requires_grad_(), (input.clone(), target.clone())
    expected = theirs(leaf, target)
    expected.backward()
    torch.testing.assert_close(ours(input, target), expected.detach(), rtol=1e-12, atol=1e-12)
    for _ in range(2):
        torch.testing.assert_close(ours.backward(), leaf.grad, rtol=1e-12, atol=1e-12)
    assert torch.equal(input, before[0]) and torch.equal(target, before[1])


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "BCEWithLogitsLoss", "CrossEntropyLoss"])
def test_shapes_that_do_not_fit_are_refused(name):
    with pytest.raises(ValueError):
        twins(name)[0](torch.zeros(6, 2), torch.zeros(6, 1))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "options", [{}, {"momentum": None}, {"affine": False}, {"track_running_stats": False}], ids=str
)
@pytest.mark.parametrize("shape", [(7, 3), (4, 3, 2), (5, 3, 2, 4)], ids=str)
def test_batch_norm_is_that_of_torch(assert_twins, shape, options, training):
    torch.manual_seed(0)
    ours, theirs = twins("BatchNorm2d" if len(shape) == 4 else "BatchNorm1d", 3, **options)
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter)
    assert_twins(ours.train(training), theirs.train(training), numbers(*shape))


@pytest.mark.parametrize(
    "x",
    [
        1e5 + numbers(40, 3),
        1e3 * torch.arange(40.0, dtype=torch.float64)[:, None] + numbers(40, 3),
        torch.cat([1e6 + numbers(1, 3), numbers(39, 3)]),
        torch.cat([numbers(3, 3), 1e6 + numbers(126, 3)]),
    ],
    ids=["far from zero", "a slope", "the first far from all others", "the first near zero, all others far"],
)
def test_the_variance_loses_no_digits(assert_twins, x):
    assert_twins(*twins("BatchNorm1d", 3), x, rtol=1e-8)


def test_nothing_is_subtracted_where_zero_is_near_enough():
    layer = solutions.FastBatchNorm1d(3)
    x = numbers(300, 3)
    layer.double()(x)
    assert layer.d is x
    far = x + torch.tensor([0.0, 100, 0], dtype=torch.float64)
    layer(far)
    assert torch.equal(layer.d[:, ::2], far[:, ::2]) and layer.d[:, 1].abs().max() < 10


def test_batch_norm_refuses_what_its_twin_refuses():
    layer = solutions.FastBatchNorm2d(3)
    for x in (torch.zeros(2, 3), torch.zeros(2, 4, 2, 2), torch.zeros(1, 3, 1, 1)):
        with pytest.raises(ValueError):
            layer(x)


def test_blocks_cover_everything_once():
    x = torch.zeros(5, 3)
    for blocks in (blocked.in_blocks(x), blocked.in_blocks(x, dim=1), blocked.entries(x), blocked.rows(0, x)):
        for (part,) in blocks:
            part += 1
    assert (x == 4).all()
