"""How far a module of ours is from its twin in `torch.nn`: the output, and every gradient."""

import torch


def differences(ours, theirs, *inputs):
    """The largest differences, by name: 'forward', 'grad_input', and one for each parameter.

    ours, theirs: twins with the same weights and dtype. inputs: x for a layer, `input, target` for a loss. The upstream
    gradient of a layer is random, with both signs.
    """
    for module in (ours, theirs):
        module.zero_grad()
    x = inputs[0].detach().clone().requires_grad_()
    y, expected = ours(*inputs), theirs(x, *inputs[1:])
    if len(inputs) > 1:
        grad_input = ours.backward()
        expected.backward()
    else:
        grad_y = torch.randn(y.shape, generator=torch.Generator().manual_seed(0), dtype=y.dtype)
        grad_input = ours.backward(grad_y)
        expected.backward(grad_y)
    pairs = {"forward": (y, expected), "grad_input": (grad_input, x.grad)}
    parameters = dict(theirs.named_parameters())
    pairs |= {name: (parameter.grad, parameters[name].grad) for name, parameter in ours.named_parameters()}
    return {name: (a - b).abs().max().item() for name, (a, b) in pairs.items()}
