"""Data sets, all drawn with a seed, so that two runs, machines and frameworks see the same points and batches."""

import math
from dataclasses import dataclass

import torch

HALF_AREA = 1 / math.sqrt(2 * math.pi)  # the radius of the disk that covers half of the unit square


@dataclass(frozen=True)
class Dataset:
    """x: inputs, (N, features), floating point. t: class numbers, (N,), int64."""

    x: torch.Tensor
    t: torch.Tensor

    def __len__(self):
        return len(self.x)

    def double(self):
        """The same with x in float64."""
        return Dataset(self.x.double(), self.t)


def disk(n, seed, radius=HALF_AREA):
    """n points uniform in the unit square; class 1 inside the disk of that radius around (0.5, 0.5), else class 0.

    With the default radius, 1/√(2π), both classes are equally likely; with 0.5 the disk touches the sides and covers
    π/4 of the square. Returns a `Dataset` in float32 with x in [0, 1]², not standardised.
    """
    x = torch.rand(n, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    inside = (x - 0.5).square().sum(1) < radius**2
    return Dataset(x.float(), inside.long())


def disk_sets(seed, n=1000, radius=HALF_AREA):
    """What one run on the disk needs: (training, validation, test) sets of 0.9 n, 0.1 n and n points.

    All standardised with the numbers of the training set. Another seed gives other points; radius as for `disk`.
    """
    train, validation = split(disk(n, 2 * seed, radius), 0.9, seed)
    return standardise(train, validation, disk(n, 2 * seed + 1, radius))


def standardise(train, *others):
    """Shift and scale every feature so that it has mean 0 and standard deviation 1 over `train`.

    The other sets are treated with the numbers of `train`: a test set must not tell anything before the test.
    Returns as many data sets as were given.
    """
    mean, std = train.x.mean(0), train.x.std(0)
    return tuple(Dataset((data.x - mean) / std, data.t) for data in (train, *others))


def split(data, fraction, seed):
    """Two parts at random: the first has that fraction of the points, rounded. Returns two data sets."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    cut = round(fraction * len(data))
    return tuple(Dataset(data.x[part], data.t[part]) for part in (order[:cut], order[cut:]))


def batches(n, batch_size, epochs, seed):
    """Yield, epoch by epoch, the indices of its batches: a list of int64 tensors, in a new order each epoch.

    The order depends on the arguments only, so two frameworks that call this see the same batches. The last batch
    is smaller if batch_size does not divide n.
    """
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        yield list(torch.randperm(n, generator=generator).split(batch_size))


def one_hot(t, classes):
    """Class numbers (N,) as rows with a 1 at the class and 0 elsewhere: (N, classes), float32."""
    return torch.eye(classes)[t]
