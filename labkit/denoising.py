"""Noise2Noise: a network that learns to denoise from pairs of noisy pictures, without a clean one."""

import time
from dataclasses import dataclass, field

import torch

from . import reference
from .data import batches
from .evaluation import evaluating
from .photographs import held_out_patches, noisy, training_patches
from .progress import progress
from .training import one_epoch

LEARNING_RATE = {"transposed": 1.0, "nearest": 0.3}
"""What suits each kind of upsampling; with a rate of 1, 'nearest' ends in a white picture."""


@dataclass(frozen=True)
class Pictures:
    """Clean patches, and two noisy pictures of each, taken one after the other: all (N, 3, 32, 32)."""

    clean: torch.Tensor
    noisy: torch.Tensor
    again: torch.Tensor

    def double(self):
        """The same in float64."""
        return Pictures(self.clean.double(), self.noisy.double(), self.again.double())


def picture_sets(n=3000, seed=0):
    """(training, held out): n random patches, and the 104 that are never trained on, with their noise."""
    patches = training_patches(n, seed), held_out_patches()
    return tuple(Pictures(clean, noisy(clean, 2 * k + 1), noisy(clean, 2 * k + 2)) for k, clean in enumerate(patches))


def denoiser(framework, upsampling="transposed", channels=32):
    """Two convolutions that halve the picture, two upsamplings that double it, Sigmoid: (N, 3, H, W) to the same shape.

    framework: `scaffold`, `solutions` or `torch.nn`. upsampling: 'transposed' for a transposed convolution, 'nearest'
    for copied entries and a convolution. H and W: multiples of 4.
    """

    def up(inside, outside):
        if upsampling == "transposed":
            return [framework.ConvTranspose2d(inside, outside, kernel_size=4, stride=2, padding=1)]
        return [framework.Upsample(scale_factor=2), framework.Conv2d(inside, outside, kernel_size=3, padding=1)]

    return framework.Sequential(
        framework.Conv2d(3, channels, kernel_size=3, stride=2, padding=1),
        framework.ReLU(),
        framework.Conv2d(channels, channels, kernel_size=3, stride=2, padding=1),
        framework.ReLU(),
        *up(channels, channels),
        framework.ReLU(),
        *up(channels, 3),
        framework.Sigmoid(),
    )


@dataclass
class Progress:
    """How a training went. loss: mean over the steps of each epoch. psnr: mean over the held-out patches, before the
    training and after each epoch. seconds: spent on steps."""

    loss: list[float] = field(default_factory=list)
    psnr: list[float] = field(default_factory=list)
    seconds: float = 0.0


def fit(network, noisy, target, held_out, framework=reference, *, lr=1.0, epochs=5, seed=0, label=None):
    """Train a denoiser with MSE and SGD; the learning rate falls to a fifth for the last fifth of the epochs.

    network: of that framework. noisy, target: (N, 3, H, W), its inputs and what it is to make of them. held_out:
    `Pictures`, only looked at. seed: of the order of the patches. label: of the progress bar, none without. Returns a
    `Progress`.
    """
    optimizer = framework.SGD(network.parameters(), lr=lr, momentum=0.9)
    schedule = framework.MultiStepLR(optimizer, [epochs * 4 // 5], gamma=0.2)
    way = Progress(psnr=[quality(network, held_out)])
    for epoch in progress(batches(len(noisy), 16, epochs, seed), label, epochs):
        start = time.perf_counter()
        losses = one_epoch(network, framework.MSELoss(), optimizer, noisy, target, epoch)
        way.seconds += time.perf_counter() - start
        schedule.step()
        way.loss.append(sum(losses) / len(losses))
        way.psnr.append(quality(network, held_out))
    return way


def denoise(network, pictures):
    """What the network, ours or of `torch.nn`, makes of noisy pictures (N, 3, H, W)."""
    with evaluating(network):
        return network(pictures)


def psnr(y, clean):
    """The peak signal-to-noise ratio of each picture, (N,), in decibel: 10 log10(1 / its mean squared error).

    y, clean: (N, C, H, W), numbers from 0 to 1.
    """
    return -10 * (y - clean).square().mean((1, 2, 3)).log10()


def quality(network, pictures):
    """The mean over `Pictures` of the PSNR of what the network makes of the first noisy one."""
    return psnr(denoise(network, pictures.noisy), pictures.clean).mean().item()


def blur(pictures, size):
    """Each entry becomes the mean of the size x size entries around it; at the border the outermost are repeated."""
    border = (size // 2,) * 4
    return torch.nn.functional.avg_pool2d(torch.nn.functional.pad(pictures, border, mode="replicate"), size, stride=1)
