"""Denoising in full: both kinds of upsampling, solutions beside `torch.nn`, blurs, and what clean targets would bring.

python -m benchmarks.denoise [steps] [times] [quality] [targets] [blurs] [diverging]

PSNR in decibel on the 104 held-out patches: the mean over the patches, and that of the squared error of all together.
"""

import base64
import io
from functools import partial

import matplotlib.image
import torch

import solutions
from labkit import reference
from labkit.data import batches
from labkit.denoising import LEARNING_RATE, blur, denoise, denoiser, fit, picture_sets, psnr
from labkit.lockstep import lockstep
from labkit.networks import twin
from labkit.photographs import undo_cutting

from . import turns
from .experiment import Experiment, grid

SHOWN = [25, 18, 33, 102, 68, 73]  # patches with much to be seen, of the temple and of the flower
FRAMEWORKS = {"ours": solutions, "theirs": reference}
UPSAMPLINGS = list(LEARNING_RATE)


def both(upsampling, seed):
    """{"ours": network, "theirs": its twin}."""
    torch.manual_seed(seed)
    ours = denoiser(solutions, upsampling)
    return {"ours": ours, "theirs": twin(ours, partial(denoiser, upsampling=upsampling))}


def decibels(y, clean):
    """The mean over the pictures, and of all pixels together."""
    return {
        "mean": psnr(y, clean).mean().item(),
        "together": -10 * (y - clean).square().mean().log10().item(),
    }


def picture(patches):
    """Some of the patches side by side, a PNG in base64."""
    strip = torch.cat(list(patches[SHOWN]), dim=2).permute(1, 2, 0).clamp(0, 1)
    file = io.BytesIO()
    matplotlib.image.imsave(file, strip.numpy(), format="png")
    return base64.b64encode(file.getvalue()).decode("ascii")


def training(upsampling, framework, target, lr, epochs, seed):
    """Loss and PSNR over the epochs; PSNR at the end, and with the cutting undone; a picture of the first seed."""
    learned, held_out = picture_sets()
    goal = {"noisy": learned.again, "clean": learned.clean}[target]
    network = both(upsampling, seed)[framework]
    way = fit(network, learned.noisy, goal, held_out, FRAMEWORKS[framework], lr=lr, epochs=epochs, seed=seed)
    y = denoise(network, held_out.noisy)
    undone = decibels(undo_cutting(y), held_out.clean)
    result = {"loss": way.loss, "psnr": way.psnr, "end": decibels(y, held_out.clean), "undone": undone}
    return result | {"seconds": way.seconds, "spread": y.std().item()} | ({"picture": picture(y)} if seed == 0 else {})


def unlearned(size):
    """The PSNR of the noisy patches (size 1) and of their mean over size x size entries."""
    held_out = picture_sets()[1]
    y = held_out.noisy if size == 1 else blur(held_out.noisy, size)
    result = {"end": decibels(y, held_out.clean), "undone": decibels(undo_cutting(y), held_out.clean)}
    return result | {"picture": picture(y), "clean": picture(held_out.clean)}


def steps(upsampling, seed):
    """The largest distance of the losses of ours and of torch.nn: float64, first 50 steps."""
    data = picture_sets(800)[0].double()
    (first,) = batches(800, 16, 1, seed=seed)
    networks = [network.double() for network in both(upsampling, seed).values()]
    lr = LEARNING_RATE[upsampling]
    ours, theirs = lockstep(*networks, solutions, "MSELoss", data.noisy, data.again, first, lr=lr, momentum=0.9)
    return {"ours": ours, "theirs": theirs, "distance": max(abs(a - b) for a, b in zip(ours, theirs))}


def times(upsampling, epochs, threads):
    """{"ours": seconds, "theirs": seconds} of a training, an epoch of each in turn."""
    data = picture_sets()[0]
    sides = {
        name: (
            network,
            FRAMEWORKS[name].MSELoss(),
            FRAMEWORKS[name].SGD(network.parameters(), lr=LEARNING_RATE[upsampling], momentum=0.9),
        )
        for name, network in both(upsampling, seed=0).items()
    }
    return turns.train_in_turn(sides, data.noisy, data.again, batches(len(data.noisy), 16, epochs, seed=0))


def settings(upsamplings, frameworks, runs, target="noisy", lr=None, epochs=20):
    """Arguments of `training`; the learning rate is that of the kind of upsampling if none is given."""
    return tuple(
        each | {"target": target, "lr": LEARNING_RATE[each["upsampling"]] if lr is None else lr, "epochs": epochs}
        for each in grid(upsampling=upsamplings, framework=frameworks, seed=list(range(runs)))
    )


EXPERIMENTS = (
    Experiment("denoise_steps", steps, tuple(grid(upsampling=UPSAMPLINGS, seed=[0, 1, 2]))),
    Experiment(
        "denoise_times",
        times,
        tuple(grid(upsampling=UPSAMPLINGS, epochs=[4], threads=[1, 2])),
        timed=True,
        uses=(turns,),
    ),
    Experiment("denoise_quality", training, settings(UPSAMPLINGS, list(FRAMEWORKS), runs=3)),
    Experiment("denoise_targets", training, settings(["transposed"], ["ours"], runs=1, target="clean")),
    Experiment("denoise_blurs", unlearned, tuple({"size": size} for size in (1, 3, 5, 7, 9))),
    Experiment("denoise_diverging", training, settings(["transposed"], list(FRAMEWORKS), runs=1, lr=5.0, epochs=3)),
)


if __name__ == "__main__":
    from .__main__ import section

    section("denoise")
