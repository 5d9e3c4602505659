"""Processes that grade, each with a grader of its own; one that dies is replaced and costs nobody else anything."""

import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import wait

TRIES = 2
"""How often a submission may take a grading process down before it is put aside."""
SHRINK_BUDGET = 2.0
"""Seconds for smaller counterexamples in one submission; a teacher waits for all of them."""


def grade_all(entries, folder, options, workers, finished=lambda entry: None):
    """Judge Entries and write their results. options: {'only', 'speed', 'seed'}. finished: told of each.

    Returns the Entries that could not be judged because the grader itself failed.
    """
    context = multiprocessing.get_context("spawn")
    racing = context.Lock()  # one race at a time: two would disturb each other
    todo, tries, failed, busy = list(reversed(entries)), {}, [], {}

    def hire():
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, folder, options, racing), daemon=False)
        process.start()
        theirs.close()
        busy[ours] = (process, None)

    def employ(connection):
        process, _ = busy[connection]
        entry = todo.pop() if todo else None
        with suppress(OSError):
            connection.send(entry)
        busy[connection] = (process, entry)
        if entry is None:
            del busy[connection]
            process.join()

    try:
        for _ in range(min(workers, len(entries))):
            hire()
        while busy:
            for connection in wait(list(busy)):
                process, entry = busy[connection]
                try:
                    if not connection.recv() and entry is not None:
                        failed.append(entry)
                except (EOFError, OSError):
                    del busy[connection]
                    process.join()
                    if entry is not None:
                        tries[entry] = tries.get(entry, 0) + 1
                        again = tries[entry] < TRIES
                        (todo if again else failed).append(entry)
                        if not again:
                            finished(entry)
                    if todo:
                        hire()
                    continue
                if entry is not None:
                    finished(entry)
                employ(connection)
    finally:
        for process, _ in busy.values():
            process.terminate()
    return failed


def _work(connection, folder, options, racing):
    """One process: grades what it is sent until it is sent None, and answers whether the grader was up to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started this ends it
    import torch

    from ..judge.grader import Grader

    torch.set_num_threads(1)
    with suppress(EOFError, OSError), Grader(racing=racing) as grader:
        connection.send(True)
        while (entry := connection.recv()) is not None:
            connection.send(_judge(grader, entry, folder, options))


def _judge(grader, entry, folder, options):
    from ..errors import UserError
    from ..judge import submission
    from .results import write_problem, write_verdict

    stamp = stamp_of(entry, options)
    try:
        read = submission.read(entry.path)
    except UserError as error:
        write_problem(folder, entry, stamp, str(error).removeprefix(f"{entry.path}: "))
        return True
    verdict = grader.grade(read, **options, shrink_budget=SHRINK_BUDGET)
    grader.packages.clear()
    write_verdict(folder, entry, stamp, verdict)
    return not verdict.broken


def stamp_of(entry, options):
    """What a result depends on."""
    return {"submission": entry.fingerprint(), **options}
