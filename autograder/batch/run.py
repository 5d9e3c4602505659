"""`autograder batch`: a folder of submissions to a folder of results."""

import os
from pathlib import Path

from ..errors import UserError
from .crew import Crew
from .entries import find
from .gradebook import write_gradebook
from .results import has_score, is_done, stored, write_problem


def run(folder, out, options, workers=None, resume=False, advance=lambda done, total, text: None):
    """Grade every submission of a folder; returns (Entries, {Entry: why} of those that the grader itself failed on).

    out: gets NAME.json and NAME.html for each, and gradebook.csv. resume: goes on where an earlier run was ended; what
    was changed since is judged again. Raises UserError.
    """
    entries, out = find(folder, out), Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out}: cannot be made a folder for results ({error.strerror})") from None
    if not resume and any(stored(out, entry) for entry in entries):
        raise UserError(f"{out}: holds results already; go on there with --resume, or name another folder")
    stamps = {entry: {"submission": entry.fingerprint(), **options} for entry in entries}
    todo = {entry: stamp for entry, stamp in stamps.items() if not is_done(out, entry, stamp)}
    done = len(entries) - len(todo)
    advance(done, len(entries), "")

    def finished(entry):
        nonlocal done
        done += 1
        advance(done, len(entries), entry.name)

    faults = Crew(todo, out, options, finished).work(workers or os.cpu_count() or 1)
    for entry in faults:
        if not has_score(out, entry, stamps[entry]):
            write_problem(out, entry, stamps[entry], "the grader itself failed; nobody loses points", broken=True)
    write_gradebook(out, entries)
    return entries, faults
