"""Processes that grade, each with a grader of its own; one that dies is replaced and costs nobody else anything."""

import ctypes
import gc
import multiprocessing
import signal
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import wait

from ..errors import Fault, UserError

TRIES = 2
"""How often a submission may take a grading process down before it is put aside; and how many processes in a row may
end before they are ready, until there is no use in more."""
SHRINK_BUDGET = 250
"""Programs tried for smaller counterexamples in one submission; a teacher waits for all of them."""


class Crew:
    """Grading processes, and what each is at work on.

    stamps: {Entry: what its result depends on} of all that is to be judged. options: {'only', 'speed', 'seed'}.
    """

    def __init__(self, stamps, folder, options, finished):
        self.stamps, self.folder, self.options, self.finished = stamps, folder, options, finished
        self.todo, self.faults, self.deaths, self.busy = list(reversed(stamps)), {}, Counter(), {}
        self.context = multiprocessing.get_context("spawn")
        self.racing = self.context.Lock()  # one race at a time: two would disturb each other

    def work(self, processes):
        """Judge everything; returns {Entry: why} of those over which the grader itself failed."""
        try:
            for _ in range(min(processes, len(self.todo))):
                self._hire()
            while self.busy:
                for connection in wait(list(self.busy)):
                    self._hear(connection)
        finally:
            for process, _ in self.busy.values():
                process.terminate()
        return self.faults | dict.fromkeys(self.todo, "no process to grade with gets ready")

    def _hire(self):
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(theirs, self.folder, self.options, self.racing))
        process.start()
        theirs.close()
        self.busy[ours] = process, None

    def _hear(self, connection):
        """Take what a process has answered, and give it the next submission; or notice that it is dead."""
        process, entry = self.busy.pop(connection)
        try:
            fault = connection.recv()
        except (EOFError, OSError):
            process.join()
            self._bury(entry)
            return
        self.deaths[None] = 0  # one at least was ready
        if entry is not None:
            self._finish(entry, fault)
        following = self.todo.pop() if self.todo else None
        with suppress(OSError):
            connection.send(following and (following, self.stamps[following]))
        if following is None:
            process.join()
        else:
            self.busy[connection] = process, following

    def _bury(self, entry):
        """A process ended over an Entry, or over None: before it was ready for one."""
        self.deaths[entry] += 1
        given_up = self.deaths[entry] >= TRIES
        if entry is not None and given_up:
            self._finish(entry, f"the process that graded it ended {TRIES} times")
        elif entry is not None:
            self.todo.append(entry)
        if self.todo and not (entry is None and given_up):
            self._hire()

    def _finish(self, entry, fault):
        if fault is not None:
            self.faults[entry] = fault
        self.finished(entry)


def _work(connection, folder, options, racing):
    """One process: grades what it is sent until it is sent None, and answers with its own fault, in words, or None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started this ends it
    import torch

    from ..judge.grader import Grader

    torch.set_num_threads(1)
    with suppress(EOFError, OSError), Grader(racing=racing) as grader:
        connection.send(None)
        while (task := connection.recv()) is not None:
            connection.send(_fault(grader, *task, folder, options))
            _give_memory_back()


def _give_memory_back():
    """Freed memory to the system: a single submission with many wrong convolutions leaves 300 MiB of it scattered."""
    gc.collect()
    with suppress(AttributeError, OSError):  # glibc's own; others do so by themselves
        ctypes.CDLL(None).malloc_trim(0)


def _fault(*arguments):
    try:
        return None if _judge(*arguments) else "some checks are broken and count as passed; its page says which"
    except Exception as error:
        return str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}"


def _judge(grader, entry, stamp, folder, options):
    """Judge one submission and write its result; whether all checks were judged."""
    from ..judge import submission
    from .results import write_problem, write_verdict

    try:
        read = submission.read(entry.path)
    except UserError as error:
        _unless_orphaned(write_problem, folder, entry, stamp, str(error).removeprefix(f"{entry.path}: "))
        return True
    verdict = grader.grade(read, **options, shrink_budget=SHRINK_BUDGET)
    grader.packages.clear()
    _unless_orphaned(write_verdict, folder, entry, stamp, verdict)
    return not verdict.broken


def _unless_orphaned(write, *arguments):
    """Write a result, but not when who asked for it has been killed: a resumed run may have a newer one."""
    if multiprocessing.parent_process().is_alive():
        write(*arguments)
