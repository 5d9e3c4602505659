"""All experiments, in the order of the page. Those of one module are one section of it."""

from . import agreement, batch_size, denoise, digits, disk, fft, loops, modules, optimisers, speed

MODULES = (speed, modules, agreement, disk, batch_size, loops, denoise, digits, optimisers, fft)
SECTIONS = {module.__name__.rpartition(".")[2]: module.EXPERIMENTS for module in MODULES}
EXPERIMENTS = {experiment.name: experiment for section in SECTIONS.values() for experiment in section}


def section_of(name):
    """The section that an experiment belongs to."""
    return next(section for section, experiments in SECTIONS.items() if EXPERIMENTS[name] in experiments)
