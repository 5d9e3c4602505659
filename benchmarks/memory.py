"""How much memory a forward and a backward take at their peak, over what was held before; in a process of its own.

    python -m benchmarks.memory SIZE CASE FORM

prints the number of bytes, or null where the system does not tell (other systems than Linux).
"""

import ctypes
import json
import subprocess
import sys
from pathlib import Path

import torch

from labkit.race import our_turn, their_turn

from .cases import BY_NAME
from .clock import FEW, draw

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak(size, case, form):
    """Bytes at the peak of one forward and backward in a fresh process, or None if the system does not tell."""
    command = [sys.executable, "-m", "benchmarks.memory", size, case, form]
    root = Path(__file__).parents[1]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout)


def measured(size, case, form):
    """The same in this process."""
    if not STATUS.exists():
        return None
    torch.set_num_threads(1)
    case = BY_NAME[size, case]
    module = case.forms()[form]
    turn = their_turn if form == "torch.nn" else our_turn
    inputs, grad_y = draw(case, module, "cpu")
    few = [tensor[:FEW].clone() for tensor in inputs]
    turn(module, few, None if grad_y is None else grad_y[:FEW].clone())  # libraries are loaded when first needed
    ctypes.CDLL(None).malloc_trim(0)  # what loading has left free would be taken first, and not be seen
    before = kibibytes("VmRSS")
    RESET.write_text("5")  # the peak is that from now on
    turn(module, inputs, grad_y)
    return 1024 * (kibibytes("VmHWM") - before)


def kibibytes(field):
    return int(next(line.split()[1] for line in STATUS.read_text().splitlines() if line.startswith(f"{field}:")))


if __name__ == "__main__":
    print(json.dumps(measured(*sys.argv[1:])))
