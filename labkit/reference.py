"""`torch.nn` and `torch.optim` as one framework with the names of ours: `reference.Linear`, `reference.SGD`, …"""

import torch

_PLACES = (torch.nn, torch.optim, torch.optim.lr_scheduler)


def __getattr__(name):
    for place in _PLACES:
        if hasattr(place, name):
            return getattr(place, name)
    raise AttributeError(f"torch has no {name!r} in torch.nn, torch.optim or torch.optim.lr_scheduler")
