"""Handwritten digits: scikit-learn's 1,797 real ones, and a convolutional network that reads them."""

import torch
from sklearn.datasets import load_digits

from . import reference
from .data import Dataset, split
from .stopping import EarlyStopping
from .training import train

CLASSES = 10
SETTINGS = {"lr": 0.05, "weight_decay": 3e-4, "epochs": 25, "milestones": (12, 20), "batch_size": 32, "patience": 10}
"""How `fit` trains. At the milestones the learning rate falls to 0.3 of itself."""

VALIDATION_SHEETS, TEST_SHEETS = 1157, 1287
"""Where the tenth and the eleventh of 14 sheets begin: a sheet starts with the digits from 0 to 9, three times."""


def digits():
    """All digits, as a `Dataset`: x (1797, 1, 8, 8), 0 for paper to 1 for ink, float32; t the digits, 0 to 9.

    Source: E. Alpaydın, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998.
    Each image is 32 x 32 black or white pixels, counted in blocks of 4 x 4. 13 people wrote them.
    """
    bunch = load_digits()
    x = torch.tensor(bunch.images, dtype=torch.float32).unsqueeze(1)
    return Dataset(x / 16, torch.tensor(bunch.target, dtype=torch.int64))


def digit_sets(seed):
    """(training, validation, test) sets of 1,258, 180 and 359 digits, divided at random by the seed."""
    rest, test = split(digits(), 0.8, 2 * seed)
    return *split(rest, 0.875, 2 * seed + 1), test


def sheet_sets():
    """(training, validation, test) sets of 1,157, 130 and 510 digits: 9 sheets, then one, then four, as they stand."""
    data = digits()
    cuts = (slice(VALIDATION_SHEETS), slice(VALIDATION_SHEETS, TEST_SHEETS), slice(TEST_SHEETS, None))
    return tuple(Dataset(data.x[part], data.t[part]) for part in cuts)


def mislabel(data, fraction, seed):
    """The `Dataset` with that fraction of its labels, at random, replaced by another class; which, is random too."""
    generator = torch.Generator().manual_seed(seed)
    wrong = torch.randperm(len(data), generator=generator)[: round(fraction * len(data))]
    t = data.t.clone()
    t[wrong] = (t[wrong] + torch.randint(1, CLASSES, wrong.shape, generator=generator)) % CLASSES
    return Dataset(data.x, t)


def cnn(framework, channels=(32, 64), p=0.5):
    """Two times Conv2d, BatchNorm2d, ReLU, MaxPool2d; then Flatten, Dropout, Linear. For images (N, 1, 8, 8).

    framework: `scaffold`, `solutions` or `torch.nn`. channels: the outputs of the two convolutions. p: of the dropout.
    """
    layers = []
    for inside, outside in zip((1, *channels), channels):
        layers += [
            framework.Conv2d(inside, outside, kernel_size=3, padding=1),
            framework.BatchNorm2d(outside),
            framework.ReLU(),
            framework.MaxPool2d(2),
        ]
    features = channels[-1] * 2 * 2  # 8 x 8 pixels, halved twice
    return framework.Sequential(*layers, framework.Flatten(), framework.Dropout(p), framework.Linear(features, CLASSES))


def fit(network, training, validation, framework=reference, *, seed=0, label=None, **changes):
    """Train a `cnn` on digits until the validation loss has stopped falling.

    network: of that framework. seed: of the order of the digits and of the dropout masks: two frameworks get the same
    ones. changes: other values than in `SETTINGS`; TypeError if there is no such setting. label: of the progress bar,
    none without. Returns a `History` and the `EarlyStopping`; the network has the weights of the last epoch,
    `restore(network)` gives it those of the best.
    """
    if unknown := changes.keys() - SETTINGS.keys():
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}; there are {', '.join(SETTINGS)}")
    settings = SETTINGS | changes
    torch.manual_seed(seed)
    stopping = EarlyStopping(settings["patience"])
    optimizer = framework.SGD(
        network.parameters(), lr=settings["lr"], momentum=0.9, weight_decay=settings["weight_decay"]
    )
    history = train(
        network,
        framework.CrossEntropyLoss(),
        optimizer,
        training,
        epochs=settings["epochs"],
        batch_size=settings["batch_size"],
        seed=seed,
        validation=validation,
        schedule=framework.MultiStepLR(optimizer, settings["milestones"], gamma=0.3),
        stopping=stopping,
        label=label,
    )
    return history, stopping


def nearest_neighbour(training, x):
    """The classes, (N,), of the images x, (N, 1, 8, 8): each has that of the training image it differs from least."""
    distances = torch.cdist(x.flatten(1), training.x.flatten(1))
    return training.t[distances.argmin(1)]
