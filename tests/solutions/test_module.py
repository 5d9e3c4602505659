import pytest
import torch

import solutions
from solutions import Flatten, Linear, Module, Parameter, ReLU, Sequential


def network(framework):
    return framework.Sequential(
        framework.Linear(3, 4), framework.Sequential(framework.ReLU(), framework.Linear(4, 2, bias=False))
    )


class Counting(Module):
    """A module with everything: a parameter, a child, a buffer, a buffer that is None, and plain attributes."""

    def __init__(self):
        self.layer = Linear(2, 1)
        self.scale = Parameter(torch.ones(3))
        self.name, self.table = "plain", torch.zeros(4)
        self.register_buffer("seen", torch.tensor(0))
        self.register_buffer("mean", torch.zeros(2))
        self.register_buffer("nothing", None)


def test_a_parameter_starts_with_a_gradient_of_zeros():
    p = Parameter(torch.full((2, 3), 5.0))
    assert torch.equal(p.grad, torch.zeros(2, 3))
    p.grad += 1
    kept = p.grad
    p.zero_grad()
    assert p.grad is kept and kept.count_nonzero() == 0
    with pytest.raises(ValueError, match="grad has shape"):
        Parameter(torch.ones(2), torch.ones(3))


def test_names_are_torchs():
    ours, theirs = network(solutions), network(torch.nn)
    assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]
    assert list(ours.state_dict()) == list(theirs.state_dict()) == ["0.weight", "0.bias", "1.1.weight"]
    assert list(ours.parameters()) == [ours[0].weight, ours[0].bias, ours[1][1].weight]


def test_what_belongs_to_a_module():
    module = Counting()
    assert set(module.state_dict()) == {"scale", "layer.weight", "layer.bias", "seen", "mean"}
    assert list(module.modules()) == [module, module.layer]
    assert dict(module.named_children()) == {"layer": module.layer}


def test_a_layer_set_later_replaces_the_first():
    module = Counting()
    module.layer = Linear(2, 5)
    assert module.state_dict()["layer.weight"].shape == (5, 2)


def test_training_and_evaluation_reach_every_module():
    net = network(solutions)
    assert all(module.training for module in net.modules())
    assert net.eval() is net and not any(module.training for module in net.modules())
    assert net.train() is net and all(module.training for module in net.modules())
    net[1].eval()
    assert net.training and not net[1][1].training


def test_zero_grad_reaches_every_parameter():
    net = network(solutions)
    for parameter in net.parameters():
        parameter.grad += 1
    net.zero_grad()
    assert all(parameter.grad.count_nonzero() == 0 for parameter in net.parameters())


def test_double_converts_data_gradients_and_floating_buffers():
    module = Counting().double()
    assert all(p.data.dtype == p.grad.dtype == torch.float64 for p in module.parameters())
    assert module.mean.dtype == torch.float64 and module.seen.dtype == torch.int64 and module.nothing is None


def test_state_goes_both_ways():
    ours, theirs, x = network(solutions), network(torch.nn), torch.randn(5, 3)
    ours.load_state_dict(theirs.state_dict())
    torch.testing.assert_close(ours(x), theirs(x).detach())
    again = network(torch.nn)
    again.load_state_dict(ours.state_dict())
    assert torch.equal(again(x), theirs(x))


def test_loading_copies():
    net, state = network(solutions), network(solutions).state_dict()
    tensor = net[0].weight.data
    net.load_state_dict(state)
    state["0.weight"].zero_()
    assert net[0].weight.data is tensor and tensor.count_nonzero() > 0


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"0.bias": None}, KeyError, r"missing \['0.bias'\]"),
        ({"more": torch.ones(1)}, KeyError, r"unexpected \['more'\]"),
        ({"1.1.weight": torch.ones(1, 4)}, ValueError, r"1.1.weight has shape \(2, 4\)"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, error, says):
    net, state = network(solutions), network(solutions).state_dict() | change
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    with pytest.raises(error, match=says):
        net.load_state_dict({name: tensor for name, tensor in state.items() if tensor is not None})
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_files_go_both_ways(tmp_path):
    ours, theirs, x = network(solutions), network(torch.nn), torch.randn(2, 3)
    torch.save(theirs.state_dict(), tmp_path / "theirs.pt")
    assert ours.load(tmp_path / "theirs.pt") is ours
    ours.save(tmp_path / "ours.pt")
    again = network(torch.nn)
    again.load_state_dict(torch.load(tmp_path / "ours.pt", weights_only=True))
    assert torch.equal(again(x), theirs(x))


def test_backward_before_forward_says_what_to_do():
    for layer in (Linear(1, 1), ReLU(), Flatten(), solutions.MSELoss(), solutions.MaxPool2d(2), solutions.Upsample(2)):
        arguments = () if isinstance(layer, solutions.Loss) else (torch.ones(1, 1),)
        with pytest.raises(AttributeError, match="call forward first"):
            layer.backward(*arguments)


def test_a_module_without_methods_says_which():
    for method in ("forward", "backward"):
        with pytest.raises(NotImplementedError, match=rf"Module\.{method}"):
            getattr(Module(), method)()


def test_the_repr_shows_what_is_inside():
    assert repr(Sequential(Linear(2, 3), Sequential(ReLU()))) == (
        "Sequential(\n"
        "  (0): Linear(in_features=2, out_features=3, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "  )\n"
        ")"
    )


def test_all_names_can_be_imported():
    for name in solutions.__all__:
        assert getattr(solutions, name).__name__ == name
    assert set(dir(solutions)) == set(solutions.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Conv3d'"):
        solutions.Conv3d  # noqa: B018
