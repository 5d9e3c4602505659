"""Networks for the experiments, built of whichever framework is handed in: ours and `torch.nn` have the same names."""

from . import reference


def mlp(framework, widths, activation="ReLU"):
    """Linear, activation, Linear, …, Linear: a multilayer perceptron.

    framework: `scaffold`, `solutions` or `torch.nn`. widths: the numbers of units from the input to the output, such
    as (2, 25, 25, 25, 2). activation: the name of the class between two Linear layers, or one name for each hidden
    layer, in a list. Returns the framework's Sequential, with its Linear's own initial weights.
    Raises ValueError if the list has another length.
    """
    hidden = len(widths) - 2
    names = [activation] * hidden if isinstance(activation, str) else list(activation)
    if len(names) != hidden:
        raise ValueError(f"{hidden} hidden layers need as many activations, got {names}")
    layers = [framework.Linear(widths[0], widths[1])]
    for name, fan_in, fan_out in zip(names, widths[1:-1], widths[2:], strict=True):
        layers += [getattr(framework, name)(), framework.Linear(fan_in, fan_out)]
    return framework.Sequential(*layers)


def twin(network, build):
    """The same network in `torch.nn`: the same layers, dtype and weights.

    network: ours. build: the function of a framework that built it, such as `partial(mlp, widths=(2, 1))`.
    """
    copy = build(reference).to(next(network.parameters()).data.dtype)
    copy.load_state_dict(network.state_dict())
    return copy
