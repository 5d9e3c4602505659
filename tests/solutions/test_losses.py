import pytest
import torch

import solutions

N, C = 6, 4


def numbers(*shape):
    return 2 * torch.randn(shape, dtype=torch.float64)


def classes():
    return torch.randint(C, (N,))


CASES = {
    "MSELoss": lambda: (numbers(N, C), numbers(N, C)),
    "L1Loss": lambda: (numbers(N, C), numbers(N, C)),
    "NLLLoss": lambda: (numbers(N, C).log_softmax(1), classes()),
    "CrossEntropyLoss": lambda: (numbers(N, C), classes()),
    "CrossEntropyLoss, probabilities": lambda: (numbers(N, C), numbers(N, C).softmax(1)),
    "CrossEntropyLoss, weights": lambda: (numbers(N, C), numbers(N, C).abs()),
    "BCEWithLogitsLoss": lambda: (numbers(N, C), torch.rand(N, C, dtype=torch.float64)),
}
FAR = torch.tensor([[-1000.0, 1000, 0, 3], [1000, 1000, -1000, 1000], [-40, 40, 800, -800]], dtype=torch.float64)


def assert_twins(name, input, target, reduction="mean", rtol=1e-12):
    ours, theirs = (getattr(framework, name)(reduction=reduction) for framework in (solutions, torch.nn))
    leaf = input.clone().requires_grad_()
    expected = theirs(leaf, target)
    expected.backward()
    before = input.clone(), target.clone()
    loss = ours(input, target)
    assert loss.shape == ()
    torch.testing.assert_close(loss, expected.detach(), rtol=rtol, atol=rtol)
    for _ in range(2):
        torch.testing.assert_close(ours.backward(), leaf.grad, rtol=rtol, atol=rtol)
    assert torch.equal(input, before[0]) and torch.equal(target, before[1])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("case", CASES)
def test_is_that_of_torch(case, reduction):
    torch.manual_seed(0)
    assert_twins(case.split(",")[0], *CASES[case](), reduction)


@pytest.mark.parametrize("case", CASES)
def test_a_single_sample(case):
    input, target = CASES[case]()
    assert_twins(case.split(",")[0], input[:1], target[:1])


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "BCEWithLogitsLoss"])
def test_is_finite_and_right_far_out(name):
    target = torch.tensor([0, 2, 1]) if name == "CrossEntropyLoss" else torch.rand_like(FAR).round()
    assert_twins(name, FAR, target)


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss"])
@pytest.mark.parametrize("shape", [(5,), (2, 3, 2, 2), ()], ids=str)
def test_any_shape(name, shape):
    assert_twins(name, numbers(*shape), numbers(*shape))


def test_no_gradient_where_input_and_target_agree():
    criterion, x = solutions.L1Loss(), torch.tensor([1.0, 2.0, 3.0])
    criterion(x, torch.tensor([1.0, 0.0, 5.0]))
    assert criterion.backward().tolist() == pytest.approx([0, 1 / 3, -1 / 3])


def test_input_that_is_not_contiguous():
    assert_twins("CrossEntropyLoss", numbers(C, N).T, classes())
    assert_twins("MSELoss", numbers(C, N).T, numbers(N, C))


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "BCEWithLogitsLoss"])
def test_shapes_that_would_broadcast_are_refused(name):
    with pytest.raises(ValueError, match=r"\(6, 1\).*\(6,\)"):
        getattr(solutions, name)()(torch.ones(6, 1), torch.ones(6))


@pytest.mark.parametrize("name", ["NLLLoss", "CrossEntropyLoss"])
@pytest.mark.parametrize(
    ("target", "says"),
    [
        (torch.zeros(5, dtype=torch.int64), r"\(5,\)"),
        (torch.zeros(6, 1, dtype=torch.int64), r"\(6, 1\)"),
        (torch.zeros(6), "int64"),
    ],
    ids=["too few", "a column", "floating point"],
)
def test_targets_that_are_no_class_numbers_are_refused(name, target, says):
    with pytest.raises(ValueError, match=says):
        getattr(solutions, name)()(torch.ones(6, 4), target)


def test_reductions():
    for name in ("MSELoss", "L1Loss", "NLLLoss", "CrossEntropyLoss", "BCEWithLogitsLoss"):
        with pytest.raises(ValueError, match="'none'"):
            getattr(solutions, name)(reduction="none")
