"""Handwritten digits: scikit-learn's 1,797 real ones, and a convolutional network that reads them."""

from dataclasses import replace

import torch
from sklearn.datasets import load_digits

from . import reference
from .data import Dataset, split
from .stopping import EarlyStopping
from .training import train

CLASSES = 10


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


def cnn(framework, channels=(16, 32), p=0.5):
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
