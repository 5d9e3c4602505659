"""What the benchmarks of whole trainings share: experiments by name on the command line, and how errors are printed."""

import argparse
from statistics import mean, stdev

import torch


def spread(fractions):
    """'0.89 ± 0.30' of fractions, in per cent: mean and standard deviation; the mean alone if there is only one."""
    percent = [100 * fraction for fraction in fractions]
    return f"{mean(percent):.2f}" + (f" ± {stdev(percent):.2f}" if len(percent) > 1 else "")


def run_named(description, functions, size, default, said):
    """Run the experiments that the command line names, all by default, on one thread.

    functions: the experiments; each takes the number `size`, which is an option, too. default: its value; None leaves
    it to each experiment. said: the option's help.
    """
    experiments = {function.__name__: function for function in functions}
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("experiments", nargs="*", metavar="|".join(experiments), help="default: all")
    parser.add_argument(f"--{size}", type=int, default=default, help=said)
    options = parser.parse_args()
    unknown = set(options.experiments) - set(experiments)
    if unknown:
        parser.error(f"no such experiment: {', '.join(sorted(unknown))}")
    torch.set_num_threads(1)
    value = getattr(options, size)
    for name in options.experiments or experiments:
        experiments[name](**({size: value} if value else {}))
