"""Runs the parts of the self-test, each task with a grader of its own process, and says what went wrong."""

import multiprocessing
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ..judge import shrink
from ..judge.grader import Grader
from ..judge.session import exercise_names
from ..judge.topic import TopicJudge
from ..publish.exercises import scan
from ..topics import topics
from .equivalents import EQUIVALENTS
from .mutation import Mutant, mutants
from .variants import variant

PACKAGES = Path(__file__).with_name("packages")
"""Right packages that are written quite differently; what a folder lacks is taken from the solved one."""


@dataclass
class Part:
    """What one part found. problems: one line for each task that did not go as it must."""

    name: str
    goal: str
    tried: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Task:
    """One package to be judged. kind: 'stub', 'mistake', 'mutant' or 'package'. what: a name, or a Mutant."""

    kind: str
    topic: str
    what: object


GOALS = {
    "stub": "every stub is called unimplemented, without a point",
    "mistake": "every known mistake is failed, and named as itself or not at all",
    "mutant": "every small change of a solved exercise is failed, unless it changes nothing",
    "package": "right packages written otherwise pass every check",
}


def tasks(kinds=tuple(GOALS), only=None, sample=None, seed=0):
    """The Tasks of some kinds and topics. sample: so many of each kind at most, drawn with the seed."""
    chosen = [topic for topic in topics() if not only or topic.name in only]
    found = []
    for kind in kinds:
        whole = [Task(kind, topic.name, what) for topic in chosen for what in _subjects(kind, topic)]
        few = sample is not None and sample < len(whole)
        found += random.Random(seed).sample(whole, sample) if few else whole
    return found


def _subjects(kind, topic):
    match kind:
        case "stub":
            return ["all"]
        case "mistake":
            return [mistake.name for mistake in topic.mistakes]
        case "mutant":
            exercises = {check.exercise for check in topic.checks}
            return [mutant for mutant in mutants(exercises) if mutant.name not in EQUIVALENTS]
        case "package":
            return sorted(f.name for f in PACKAGES.iterdir() if any((f / file).exists() for file in topic.files))


def run(todo, processes=None, advance=lambda done, total, text: None):
    """Judge all Tasks; returns {kind: Part}. advance: told of the progress."""
    parts = {task.kind: Part(task.kind, GOALS[task.kind]) for task in todo}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes or min(os.cpu_count() or 1, 8), context, initializer=_start) as pool:
        for number, (task, problem) in enumerate(zip(todo, pool.map(_in_this_process, todo)), start=1):
            part = parts[task.kind]
            part.tried += 1
            if problem is not None:
                part.problems.append(problem)
            advance(number, len(todo), f"{task.kind}, {task.topic}")
    return parts


def _start():
    """What each process does once."""
    global _grader
    import torch

    torch.set_num_threads(1)
    _grader = Grader()


def _in_this_process(task):
    return judge(task, _grader)


def judge(task, grader):
    """What is wrong with a grader's judgement of one task, in a line, or None."""
    topic = next(t for t in topics() if t.name == task.topic)
    judges = {"stub": _stub, "mistake": _mistake, "mutant": _mutant, "package": _package}
    return judges[task.kind](grader, topic, task.what)


def _stub(grader, topic, _):
    wrong = {name: e.stub() for name, e in scan().items() if e.file in topic.files}
    verdict = grader.grade(variant(wrong), only=[topic.name], speed=False, shrink_budget=0)
    (judged,) = verdict.topics
    other = [
        c.name for c in judged.checks if c.status != "unimplemented" and c.kind not in ("rules", "speed", "memory")
    ]
    if other:
        return f"{topic.name}: a stub is not called unimplemented: {other[0]}"
    return f"{topic.name}: stubs score {verdict.score}" if verdict.score else None


def _mistake(grader, topic, name):
    mistake = next(m for m in topic.mistakes if m.name == name)
    cls = mistake.exercise.partition(".")[0]
    relatives = [e for e in exercise_names() if e.partition(".")[0] == cls]
    wrong = [r for r in grader.check(relatives, variant(mistake.sources), shrink_budget=0) if r.status != "passed"]
    if not wrong:
        return f"{name}: passes every check of {cls}"
    named = {result.mistake for result in wrong} - {None}
    if named - {name}:
        return f"{name}: is taken for {', '.join(sorted(named - {name}))}"
    return None if named else f"{name}: is failed, but not named"


def _mutant(grader, topic, mutant: Mutant):
    judged = TopicJudge(grader, topic, variant({mutant.exercise: mutant.source}), 0, shrink.Budget(0))
    try:
        checks = sorted(topic.checks, key=lambda check: check.exercise != mutant.exercise)
        return None if any(not judged.passes(check) for check in checks) else f"passes every check: {mutant.name}"
    finally:
        judged.close()


def _package(grader, topic, style):
    files = {path.name: path.read_bytes() for path in (PACKAGES / style).glob("*.py")}
    (judged,) = grader.grade(variant(files=files), only=[topic.name], speed=False, shrink_budget=0).topics
    wrong = [c for c in judged.checks if c.status != "passed" and c.kind not in ("speed", "memory")]
    return f"{style}, {topic.name}: false alarm: {wrong[0].name}: {wrong[0].message}" if wrong else None
