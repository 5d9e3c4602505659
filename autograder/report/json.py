"""A verdict for programs, by the schema of docs/architecture.md."""

import json
import math

from .output import write


def write_json(verdict, path, extra=None):
    """Write a verdict as JSON; path `-` is standard output. Numbers unknown to JSON become "nan", "inf", "-inf".

    extra: further entries beside the schema's own.
    """
    write(json.dumps(_finite(verdict.to_json() | (extra or {})), indent=2, allow_nan=False, default=str) + "\n", path)


def _finite(value):
    if isinstance(value, dict):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
