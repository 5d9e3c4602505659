"""Many results in few lines: what is the same is said once."""

from dataclasses import replace

from ..report.text import plural

NAMED = 3
"""So many exercises are named if one line is about several."""


def condensed(results):
    """CheckResults with one line for an exercise of which all checks pass, or say the same without numbers.

    Neighbours of which the same is said, such as that their file cannot be imported, share that line. An exception
    or a loop without end is shown once for each exercise, however many checks it ends.
    """
    lines, sharing = [], []
    for exercise in dict.fromkeys(result.exercise for result in results):
        own = _as_one(exercise, [result for result in results if result.exercise == exercise])
        if lines and own[0].message and _said(own[0]) == _said(lines[-1]) and own[0].name == exercise:
            sharing.append(exercise)
            lines[-1] = replace(lines[-1], name=enumerated(sharing))
        else:
            lines += own
            sharing = [exercise]
    return lines


def _as_one(exercise, results):
    first = results[0]
    if {result.status for result in results} == {"passed"}:
        return [replace(first, name=f"{exercise}: {plural(len(results), 'check')} passed")]
    if len({_said(result) for result in results}) == 1 and first.counterexample is None and first.kind != "rules":
        return [replace(first, name=exercise)]
    endings = [_ending(result) for result in results]
    return [
        _named_only(result) if ending is not None and ending in endings[:i] else result
        for i, (result, ending) in enumerate(zip(results, endings))
    ]


def _ending(result):
    """What kept a check from coming to a result, as far as it differs; None if there was one."""
    if result.status == "error":
        return result.message
    return "lost" if result.counterexample is not None and result.counterexample.got == "nothing" else None


def _named_only(result):
    return replace(result, message="", location=None, counterexample=None)


def _said(result):
    return result.status, result.message


def enumerated(names):
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
