"""The inputs that PyTorch's own wheel ships for the tests of its modules give the same here."""

import pytest
import torch
from torch.testing._internal.common_modules import module_db

import solutions

INFOS = {
    info.module_cls.__name__: info
    for info in module_db
    if isinstance(getattr(solutions, info.module_cls.__name__, None), type)
}


def shipped(info, training):
    """(constructor's, forward's) arguments of all cases that are made for plain construction."""
    inputs = info.module_inputs_func(info, device="cpu", dtype=torch.float64, requires_grad=False, training=training)
    return [(i.constructor_input, i.forward_input) for i in inputs if i.forward_input is not None]


def made(name, constructor):
    """Our module, or None if it refuses the arguments by TypeError (unknown ones) or ValueError (unknown values)."""
    try:
        return getattr(solutions, name)(*constructor.args, **constructor.kwargs).double()
    except (TypeError, ValueError):
        return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("name", INFOS)
def test_the_same_outputs_and_gradients(name, training):
    accepted = 0
    for constructor, forward in shipped(INFOS[name], training):
        ours = made(name, constructor)
        if ours is None:
            continue
        accepted += 1
        theirs = INFOS[name].module_cls(*constructor.args, **constructor.kwargs).double().train(training)
        ours.train(training).load_state_dict(theirs.state_dict())
        x, *others = [*forward.args, *forward.kwargs.values()]
        leaf = x.detach().clone().requires_grad_()
        y = theirs(leaf, *others)
        torch.testing.assert_close(ours(x.clone(), *others), y.detach(), rtol=1e-10, atol=1e-10)
        if isinstance(ours, solutions.Loss):
            y.backward()
            grad = ours.backward()
        else:
            grad_y = torch.randn(y.shape, dtype=y.dtype, generator=torch.Generator().manual_seed(0))
            y.backward(grad_y)
            grad = ours.backward(grad_y)
        torch.testing.assert_close(grad, leaf.grad, rtol=1e-9, atol=1e-9)
    assert accepted > 0


UNSUPPORTED = {
    "Conv2d": {"groups": 2, "padding_mode": "circular"},
    "ConvTranspose2d": {"groups": 2},
    "MaxPool2d": {"ceil_mode": True, "dilation": 2, "return_indices": True},
    "AvgPool2d": {"ceil_mode": True, "count_include_pad": False, "divisor_override": 2},
    "CrossEntropyLoss": {"label_smoothing": 0.1, "ignore_index": 1, "weight": torch.ones(3)},
    "NLLLoss": {"ignore_index": 1, "weight": torch.ones(3)},
    "BCEWithLogitsLoss": {"pos_weight": torch.ones(3)},
    "Linear": {"device": "cpu"},
    "SGD": {"maximize": True},
    "Adam": {"amsgrad": True},
    "Upsample": {"align_corners": True},
}
ARGUMENTS = {
    "Conv2d": (2, 2, 3),
    "ConvTranspose2d": (2, 2, 3),
    "MaxPool2d": (2,),
    "AvgPool2d": (2,),
    "Linear": (2, 2),
    "SGD": ([solutions.Parameter(torch.ones(1))],),
    "Adam": ([solutions.Parameter(torch.ones(1))],),
    "Upsample": (2,),
}


@pytest.mark.parametrize(("name", "argument"), [(n, a) for n, arguments in UNSUPPORTED.items() for a in arguments])
def test_what_is_not_supported_is_refused(name, argument):
    with pytest.raises(TypeError):
        getattr(solutions, name)(*ARGUMENTS.get(name, ()), **{argument: UNSUPPORTED[name][argument]})
