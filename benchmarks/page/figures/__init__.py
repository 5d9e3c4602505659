"""The pictures of the page: each is a function of stored results, {name of an experiment: results}, to a figure."""

from . import denoise, digits, disk, fft, optimisers, speed, training_time

FIGURES = {
    "speed": (("speed",), speed.ratios),
    "activations": ((), disk.activations),
    "disk_losses": (("disk_portraits",), disk.losses),
    "disk_regions": (("disk_portraits",), disk.regions),
    "disk_signals": (("disk_signals",), disk.signals),
    "disk_sweeps": (("disk_momentum", "disk_rate", "disk_epochs", "disk_start"), disk.sweeps),
    "batch_size": (("batch_size",), training_time.by_batch_size),
    "denoise_curves": (("denoise_quality",), denoise.curves),
    "denoise_pictures": (("denoise_quality", "denoise_blurs"), denoise.pictures),
    "digits_labels": (("digits_labels",), digits.labels),
    "optimisers": (("optimisers",), optimisers.losses),
    "fft": (("fft",), fft.times),
}
"""{file name: (experiments that it shows, function)}."""
