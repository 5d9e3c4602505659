"""Real photographs, cut into small pieces, with noise: what a denoiser learns from."""

from functools import cache

import torch
from sklearn.datasets import load_sample_images

SIZE = 32
TRAINING, HELD_OUT = (0, 480), (512, 640)
"""Columns of the photographs, from, to: no patch of the one reaches into the other."""
SIGMA = 0.2
"""The standard deviation of the noise, where white is 1."""


@cache
def photographs():
    """scikit-learn's two sample photographs, a temple and a flower: (2, 3, 427, 640), float32 from 0 to 1."""
    return torch.stack([torch.tensor(image).permute(2, 0, 1) for image in load_sample_images().images]) / 255


def training_patches(n, seed):
    """n patches, (n, 3, 32, 32), from random places of the columns for training, of both photographs in turn."""
    photos, generator = photographs(), torch.Generator().manual_seed(seed)
    left, right = TRAINING
    tops = torch.randint(photos.shape[2] - SIZE + 1, (n,), generator=generator).tolist()
    lefts = torch.randint(left, right - SIZE + 1, (n,), generator=generator).tolist()
    patches = [photos[i % 2, :, y : y + SIZE, x : x + SIZE] for i, (y, x) in enumerate(zip(tops, lefts))]
    return torch.stack(patches)


def held_out():
    """The columns that are never trained on, of both photographs: (2, 3, 416, 128), which is 13 x 4 patches each."""
    photos = photographs()
    return photos[:, :, : photos.shape[2] // SIZE * SIZE, slice(*HELD_OUT)]


def held_out_patches():
    """All 104 patches of `held_out`, side by side without overlap: (104, 3, 32, 32), those of the temple first."""
    patches = held_out().unfold(2, SIZE, SIZE).unfold(3, SIZE, SIZE)  # (2, 3, 13, 4, 32, 32)
    return patches.permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, SIZE, SIZE)


def noisy(clean, seed, sigma=SIGMA):
    """What a camera takes in poor light: Gaussian noise added to every number, then cut off below 0 and above 1."""
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (clean + sigma * noise).clamp(0, 1).to(clean.dtype)


def mean_of_noisy(clean, sigma=SIGMA):
    """The mean of `noisy` over all seeds: more than `clean` near 0, less near 1, because of the cutting off."""
    low, high = -clean / sigma, (1 - clean) / sigma
    inside = torch.special.ndtr(high) - torch.special.ndtr(low)
    return clean * inside + sigma * (_density(low) - _density(high)) + 1 - torch.special.ndtr(high)


def undo_cutting(mean, sigma=SIGMA):
    """The way back from `mean_of_noisy`: the clean numbers, from 0 to 1, that have these means, to 1/1000."""
    levels = torch.linspace(0, 1, 1001, dtype=torch.float64)
    middles = mean_of_noisy((levels[1:] + levels[:-1]) / 2, sigma)
    return levels[torch.bucketize(mean.double(), middles)].to(mean.dtype)


def _density(z):
    return torch.exp(-(z**2) / 2) / (2 * torch.pi) ** 0.5
