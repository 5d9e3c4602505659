import pytest
import torch


@pytest.fixture
def assert_twins():
    """assert_twins(ours, theirs, x): our layer and its twin from `torch.nn` agree in float64, and ours keeps its word.

    Compared are output, gradient of the input, gradients of the parameters and all buffers, after a forward and a
    backward with random signed upstream gradients. Then: inputs are left as they were, a second backward gives the
    same and adds to the parameters' gradients, and the state dict that ours has now is one that theirs loads.
    """

    def check(ours, theirs, x, rtol=1e-10):
        def equal(actual, expected, what):
            torch.testing.assert_close(
                actual, expected, rtol=rtol, atol=rtol, msg=lambda message: f"{what} of {ours}\n{message}"
            )

        torch.manual_seed(0)
        ours, theirs = ours.double(), theirs.double()
        ours.load_state_dict(theirs.state_dict())
        leaf = x.detach().clone(memory_format=torch.preserve_format).requires_grad_()
        expected = theirs(leaf)
        grad_y = torch.randn(expected.shape, dtype=torch.float64)
        if expected.dim() > 1:
            grad_y = grad_y.mT.contiguous().mT  # not contiguous, as a gradient from a transposed view is
        expected.backward(grad_y)

        x_before, grad_before = x.clone(), grad_y.clone()
        y = ours(x)
        y_before, grad_x = y.clone(), ours.backward(grad_y)
        equal(y, expected.detach(), "output")
        equal(grad_x, leaf.grad, "grad_x")
        for (name, parameter), twin in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            equal(parameter.grad, twin.grad, f"gradient of {name}")
        assert dict(ours.named_buffers()).keys() == dict(theirs.named_buffers()).keys()
        for name, buffer in ours.named_buffers():
            equal(buffer, theirs.get_buffer(name), name)

        equal(ours.backward(grad_y), grad_x, "second backward")
        for (name, parameter), twin in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            equal(parameter.grad, 2 * twin.grad, f"gradient of {name} after a second backward")
        assert torch.equal(x, x_before) and torch.equal(grad_y, grad_before) and torch.equal(y, y_before)
        theirs.load_state_dict(ours.state_dict())

    return check
