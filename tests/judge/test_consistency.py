"""A gradient that belongs to the student's own, different forward is told so, and nothing else is."""

import pytest

HALF = "def forward(self, input, target):\n    self.d = input - target\n    return (self.d * self.d).mean() / 2\n"
DOUBLE = "def forward(self, x):\n    self.x = x\n    return 2 * x.clamp(min=0)\n"
OWN = "This is the gradient of your own forward"


@pytest.mark.parametrize(
    ("cls", "forward", "backward", "own"),
    [
        ("MSELoss", HALF, "def backward(self):\n    return self.d / self.d.numel()\n", True),
        ("MSELoss", HALF, "def backward(self):\n    return self.d / len(self.d)\n", False),
        ("ReLU", DOUBLE, "def backward(self, grad_y):\n    return 2 * grad_y * (self.x > 0)\n", True),
        ("ReLU", DOUBLE, "def backward(self, grad_y):\n    return 3 * grad_y * (self.x > 0)\n", False),
        ("ReLU", DOUBLE.replace("2 * x", "x"), "def backward(self, grad_y):\n    return 2 * grad_y\n", False),
    ],
)
def test_a_gradient_of_ones_own_forward_is_told_so(cls, forward, backward, own, judged):
    results = judged([f"{cls}.backward"], {f"{cls}.forward": forward, f"{cls}.backward": backward})
    main = results[f"{cls}.backward: grad_input"]
    assert main.status == "failed"
    assert (OWN in main.message) == own
    assert not own or main.mistake is None
