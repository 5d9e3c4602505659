import torch

from solutions import numerical_gradient


def test_the_gradient_of_a_cubic():
    x = torch.tensor([[1.0, -2.0, 0.0], [0.5, 3.0, -1.0]], dtype=torch.float64)
    weights = torch.arange(6.0, dtype=torch.float64).reshape(2, 3)
    grad = numerical_gradient(lambda x: (weights * x**3).sum(), x)
    torch.testing.assert_close(grad, 3 * weights * x**2, rtol=1e-8, atol=1e-8)


def test_it_is_the_central_difference():
    """Its error for x³ is h² exactly, and f may return a plain number."""
    x = torch.tensor(2.0, dtype=torch.float64)
    assert abs(numerical_gradient(lambda x: x.item() ** 3, x, eps=0.5) - (12 + 0.25)) < 1e-12


def test_f_sees_one_entry_moved_and_x_is_left_alone():
    for x in (torch.randn(4, 3, dtype=torch.float64), torch.randn(3, 4, dtype=torch.float64).T):
        before, moved = x.clone(), []

        def f(copy, x=x, before=before, moved=moved):
            assert torch.equal(x, before)
            moved.append((copy - before).count_nonzero())
            return copy.sum()

        assert numerical_gradient(f, x).shape == x.shape and torch.equal(x, before)
        assert moved == [1] * 24
