"""Whether two gradings said the same, field by field, but for what was timed."""

import json
import re

TIMES = re.compile(r"\d+\.\d times torch\.nn's")
"""How a message begins that says a measured ratio."""


def without_timings(verdict):
    """A verdict's JSON as a dict, without measured ratios."""
    verdict = json.loads(TIMES.sub("… times torch.nn's", json.dumps(verdict)))
    for race in verdict.get("speed", ()):
        del race["ratio"]
    return verdict


def differences(one, other, where="verdict"):
    """[place: the two values] of all that is not alike in two JSON values."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = list(dict.fromkeys([*one, *other]))
        return [d for key in keys for d in differences(one.get(key), other.get(key), f"{where}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for i, pair in enumerate(zip(one, other)) for d in differences(*pair, f"{where}[{i}]")]
    return [] if type(one) is type(other) and one == other else [f"{where}: {one!r} / {other!r}"]


def results(folder):
    """{file name: what it says} of a batch's results, without timings: the gradebook as bytes, JSONs as dicts."""
    found = {path.name: without_timings(json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json"))}
    return found | {path.name: path.read_bytes().decode() for path in folder.glob("gradebook.csv")}
