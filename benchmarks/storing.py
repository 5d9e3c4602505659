"""Results as JSON files that can be read, compared and committed: one line for each run."""

import json
import os
import platform
from datetime import date
from pathlib import Path

import torch

from .experiment import ROOT

RESULTS = ROOT / "docs" / "results"
DIGITS = 6  # of stored numbers; what is measured here is not known to more


def save(experiment, runs, folder=RESULTS):
    """Write what the runs of an experiment gave, as `running.outcome` returns them, to NAME.json.

    The environment is that of the last run, with the largest load of any.
    """
    head = {
        "experiment": experiment.name,
        "timed": experiment.timed,
        "seconds": sum(run["seconds"] for run in runs),
        "environment": runs[-1]["environment"] | {"load": max(run["environment"]["load"] for run in runs)},
    }
    runs = [{name: run[name] for name in ("arguments", "result", "seconds")} for run in runs]
    lines = [f" {_json(key)}: {_json(value)}" for key, value in head.items()]
    rows = ",\n".join(f"  {_json(run)}" for run in runs)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{experiment.name}.json"
    written = path.with_suffix(".part")  # a kill leaves the old file or the new one
    written.write_text("{\n" + ",\n".join([*lines, f' "runs": [\n{rows}\n ]']) + "\n}\n", encoding="utf-8")
    written.replace(path)


def load(name, folder=RESULTS):
    """What `save` wrote, as a dict; None if there is nothing."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def environment():
    """What the figures depend on besides the code."""
    return {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "system": platform.system(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0,
    }


def processor():
    """The processor's name, as far as the system tells."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _json(value):
    rounded = json.loads(json.dumps(value), parse_float=lambda digits: float(f"{float(digits):.{DIGITS}g}"))
    return json.dumps(rounded, ensure_ascii=False)
