"""The grading itself: every check of every topic, each on its own programs, with the submission in another process."""

from dataclasses import dataclass

from ..sandbox import isolation
from ..sandbox.interpreter import Outcome
from ..sandbox.pool import Nursery, Worker, WorkerLost
from ..topics import topics
from . import compare, diagnose, environment, exercises, memory, shrink, timing
from .oracle import Oracle, complete, draw
from .package import Packages
from .verdict import CheckResult, SpeedResult, TopicResult, Verdict

CALL_SECONDS = 3.0
"""How long one program of a few small tensors may take."""
LOSSES_ALLOWED = 2
"""How often the worker may be lost over one class before the rest of that class is not tried any more."""
SHRINK_BUDGET = 6.0
"""Seconds that a whole grading spends on smaller counterexamples; `check` has the full time for each."""


class Grader:
    """Grades submissions one after the other, with workers forked from one warm process. Use as a context manager."""

    def __init__(self, nursery=None, device="cpu"):
        self.nursery, self.device = nursery or Nursery(), device
        self.oracle = Oracle()
        self.packages = Packages()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.nursery.close()
        self.packages.remove()

    def worker(self, folder, trusted=False):
        """A worker for the package in a folder."""
        return Worker(self.nursery, folder, trusted, self.device)

    def isolation(self):
        """The levels that hold on this machine, found out by starting a worker."""
        worker = self.worker(self.packages.root)
        try:
            worker.start()
            return worker.levels
        finally:
            worker.stop()

    def grade(self, submission, only=None, speed=True, seed=0, advance=lambda done, total, text: None):
        """Judge a submission; returns a Verdict. only: names of topics. advance: told of the progress."""
        chosen = [t for t in topics() if not only or t.name in only]
        total = sum(len(t.checks) + len(t.speed) * speed for t in chosen)
        done, levels, results, races = 0, set(), [], []
        shrinking = shrink.Budget(SHRINK_BUDGET)
        for topic in chosen:
            judged = TopicJudge(self, topic, submission, seed, shrinking)
            checks = []
            for check in topic.checks:
                checks.append(judged.judge(check))
                done += 1
                advance(done, total, check.name)
            for workload in topic.speed:
                result, race = judged.race(workload, checks, speed)
                checks.append(result)
                if speed:
                    races.append(race)
                    done += 1
                    advance(done, total, _race_name(workload))
            levels.update(judged.levels)
            judged.close()
            results.append((topic, [*judged.rules(), *checks]))
        return Verdict(
            seed=seed,
            isolation=isolation.describe(levels),
            submission={
                "sha256": submission.sha256,
                "files": {name: source.sha256 for name, source in submission.sources.items()},
            },
            environment=environment.describe(),
            topics=_with_points(results, speed),
            speed=races,
        )

    def check(self, exercises_wanted, submission, seed=0):
        """Judge some exercises alone, by name; returns CheckResults."""
        results = []
        for topic in topics():
            wanted = [check for check in topic.checks if check.exercise in exercises_wanted]
            if wanted:
                judged = TopicJudge(self, topic, submission, seed, shrink.Budget(shrink.SECONDS * 2))
                results += [r for r in judged.rules() if r.status == "failed"]
                results += [judged.judge(check) for check in wanted]
                judged.close()
        return results


@dataclass
class _Ran:
    """One program with what it should give and what it gave; lost: why the worker gave nothing."""

    program: object
    expected: dict
    got: dict | None
    lost: str | None = None


class TopicJudge:
    """Judges one submission's files of one topic."""

    def __init__(self, grader, topic, submission, seed, shrinking):
        self.oracle, self.topic, self.submission, self.seed = grader.oracle, topic, submission, seed
        self.shrinking, self.grader = shrinking, grader
        self.folder = grader.packages.alone(submission, topic)
        self.worker = grader.worker(self.folder)
        if self._fails_to_import():
            self.close()
            self.folder = grader.packages.whole(submission)
            self.worker = grader.worker(self.folder)
        self.ran, self.drawn, self.losses = {}, {}, {}

    @property
    def levels(self):
        return self.worker.levels

    def close(self):
        self.worker.stop()

    def _fails_to_import(self):
        """Whether a file of the topic needs more of the submission than the topic's own files."""
        usable = [f for f in self.topic.files if self._usable(f)]
        if not any(self._begun(f) for f in usable):
            return False
        try:
            return any(
                "raised" in self.worker.ask({"do": "import", "file": f.removesuffix(".py")}, seconds=CALL_SECONDS)[0]
                for f in usable
            )
        except WorkerLost:
            return False

    def _usable(self, file):
        return file in self.submission.sources and self.submission.sources[file].problem is None

    def _begun(self, file):
        wanted = {c.exercise for c in self.topic.checks if exercises.file_of(c.exercise) == file}
        nodes = [exercises.find(self.submission.sources[file].tree, e) for e in wanted]
        return any(node is None or not exercises.is_stub(node) for node in nodes)

    def rules(self):
        """One line per file that was begun: does it keep to the rules? Trespasses cost the exercises they stand in."""
        lines = []
        for file in self.topic.files:
            source = self.submission.sources.get(file)
            if source is None or source.tree is None or not self._begun(file):
                continue
            result = CheckResult(f"{file}: keeps to the rules", file.removesuffix(".py"), "rules", "passed")
            if source.violations:
                result.status = "failed"
                result.message = "; ".join(str(v) for v in source.violations[:3])
                result.location = f"scaffold/{file}:{source.violations[0].line}"
            lines.append(result)
        return lines

    def judge(self, check):
        """One check, as a CheckResult without points."""
        result = self._without_running(check)
        if result is not None:
            return result
        try:
            return self._by_running(check)
        except Exception as error:  # the grader's own fault must never cost a student points
            return _result(check, "broken", f"the grader failed: {type(error).__name__}: {error}")

    def _without_running(self, check):
        """What can be said from the text alone: missing, unusable, still a stub, or against the rules."""
        file = exercises.file_of(check.exercise)
        source = self.submission.sources.get(file)
        if source is None:
            return _result(check, "unimplemented", f"{file} was not handed in")
        if source.problem is not None:
            at = f"scaffold/{file}:{source.line}" if source.line else f"scaffold/{file}"
            status = "failed" if source.violations else "error"
            return _result(check, status, source.problem, location=at)
        node = exercises.find(source.tree, check.exercise)
        if node is not None and exercises.is_stub(node):
            return _result(check, "unimplemented", location=f"scaffold/{file}:{node.lineno}")
        scope = check.exercise.partition(".")[0]
        for violation in source.violations:
            if violation.scope == scope:
                return _result(
                    check, "failed", f"breaks the rules: {violation}", location=f"scaffold/{file}:{violation.line}"
                )
        return None

    def _by_running(self, check):
        for ran in self._runs(check)[: check.examples]:
            if ran.lost is not None:
                return self._located(check, _result(check, "failed", ran.lost))
            problem = self._problem(check, ran.expected, ran.got)
            if problem is not None:
                return self._failure(check, ran)
        return _result(check, "passed")

    def _runs(self, check):
        """All programs of the check's space, run on both sides; done once for all checks that share the space."""
        if check.space not in self.ran:
            examples = max(c.examples for c in self.topic.checks if c.space == check.space)
            cases = self._cases(check.space.cases)[:examples]
            self.ran[check.space] = list(self._run_all(check.space.build(case) for case in cases))
        return self.ran[check.space]

    def _cases(self, strategy):
        """The cases drawn from a strategy, as many as the most demanding check that uses it wants."""
        if strategy not in self.drawn:
            examples = max(c.examples for c in self.topic.checks if c.space.cases is strategy)
            self.drawn[strategy] = draw(strategy, examples, self.seed)
        return self.drawn[strategy]

    def _run_all(self, programs):
        for program in programs:
            ran = self._run(program)
            yield ran
            if ran.lost is not None:
                return

    def _run(self, program):
        """One program on both sides: the worker computes while the oracle does."""
        subject = _subject(program)
        count, reason = self.losses.get(subject, (0, ""))
        if count >= LOSSES_ALLOWED:
            return _Ran(program, {}, None, f"not tried again, since before: {reason}")
        try:
            self.worker.post_program(program, CALL_SECONDS)
            expected = self.oracle.expected(program)
            return _Ran(program, expected, complete(program, self.worker.collect_outcomes(program, CALL_SECONDS)))
        except WorkerLost as lost:
            self.losses[subject] = (count + 1, lost.reason)
            return _Ran(program, {}, None, lost.reason)

    def _problem(self, check, expected, got):
        """(observation, what is wrong) of the first observation that differs, or None."""
        for name in check.observes:
            if _raised(got[name], "NotImplementedError"):
                return name, got[name].raised.message
            problem = compare.outcomes(check.compare, expected[name], got[name])
            if problem is not None:
                return name, problem
        return None

    def _failure(self, check, ran):
        """A failed check with its smallest case and, if the numbers tell, the name of the mistake."""
        name, problem = self._problem(check, ran.expected, ran.got)
        raised = ran.got[name].raised
        if _raised(ran.got[name], "NotImplementedError"):
            missing = exercises.named_in(problem)
            if missing is None or missing == check.exercise:
                return self._located(check, _result(check, "unimplemented", problem))
            return _result(check, "skipped", f"needs {missing}, which is not implemented")
        ran = self._smaller(check, ran)
        name, problem = self._problem(check, ran.expected, ran.got)
        raised = ran.got[name].raised
        result = _result(check, "error" if raised and check.compare != "raises" else "failed", problem)
        if raised and raised.type == "RuleViolation":
            result.status, result.message = "failed", f"breaks the rules: {raised.message}"
        if raised and raised.location:
            result.location = f"scaffold/{raised.location}"
        result.counterexample = diagnose.counterexample(ran.program, name, ran.expected[name], ran.got[name])
        if raised is None:
            everything = [r for r in self._runs(check) if r.got is not None]
            mistake = diagnose.name_mistake(self.topic, check, everything, self._problem)
            if mistake is not None:
                result.mistake = mistake.name
                result.message = f"{result.message}. {mistake.says} {mistake.asks}"
        return self._located(check, result)

    def _smaller(self, check, ran):
        def fails(program):
            tried = self._run(program)
            if tried.lost is not None or (problem := self._problem(check, tried.expected, tried.got)) is None:
                return False
            if _raised(tried.got[problem[0]], "NotImplementedError"):
                return False
            fails.last = tried
            return True

        fails.last = ran
        with self.shrinking.share() as seconds:
            shrink.smallest(check.space.programs, fails, self.seed, seconds=seconds)
        return fails.last

    def _located(self, check, result):
        file = exercises.file_of(check.exercise)
        node = exercises.find(self.submission.sources[file].tree, check.exercise)
        if result.location is None and node is not None:
            result.location = f"scaffold/{file}:{node.lineno}"
        return result

    def race(self, workload, checks, wanted):
        """One workload against torch.nn: (CheckResult, SpeedResult). wanted: whether speed is judged at all."""
        subject = workload.exercise.partition(".")[0]
        own = [c for c in checks if c.exercise.partition(".")[0] == subject and c.kind in ("forward", "gradient")]
        nothing = SpeedResult(workload.name, workload.workload, None, "none")
        if all(c.status == "unimplemented" for c in own):
            return _speed_result(workload, "unimplemented", ""), nothing
        if not wanted:
            return _speed_result(workload, "skipped", "speed was not judged"), nothing
        if any(c.status != "passed" for c in own):
            return _speed_result(workload, "skipped", "speed counts once the results are right"), nothing
        contest = memory.race if workload.kind == "memory" else timing.race
        try:
            rival = self.grader.worker(self.folder, trusted=True)
            ratio, tier, problem = contest(workload, self.worker, rival, self.seed)
        except memory.Unmeasurable:
            result = _speed_result(workload, "passed", "not measured: this platform does not tell peak memory")
            result.points = 1.0
            return result, nothing
        except WorkerLost as lost:
            ratio, tier, problem = None, "none", lost.reason
        except Exception as error:
            return _speed_result(workload, "broken", f"the grader failed: {type(error).__name__}: {error}"), nothing
        speed = SpeedResult(workload.name, workload.workload, ratio and round(ratio, 3), tier)
        if problem is not None:
            return _speed_result(workload, "failed", problem), speed
        status = "passed" if tier != "none" else "failed"
        result = _speed_result(workload, status, "" if tier == "gold" else timing.advice(workload, ratio, tier))
        result.points = timing.SHARE[tier]
        return result, speed


def _raised(outcome: Outcome, type):
    return outcome.raised is not None and outcome.raised.type == type


def _subject(program):
    """The class or function that a program is about (the last one made), as far as lost workers are counted."""
    last = [step for step in program.steps if step["do"] in ("new", "function")][-1]
    return last.get("cls") or last["function"]


def _result(check, status, message="", location=None):
    return CheckResult(check.name, check.exercise, check.kind, status, message=message, location=location)


def _speed_result(workload, status, message):
    return CheckResult(_race_name(workload), workload.exercise, workload.kind, status, message=message)


def _race_name(workload):
    return f"{workload.name}: {workload.kind}"


def _with_points(results, speed):
    """Spread 100 points over what was judged: topics by weight, inside a topic checks by weight."""
    whole = sum(topic.weight for topic, _ in results)
    graded = []
    for topic, checks in results:
        weights = {check.name: check.weight for check in topic.checks}
        weights |= {_race_name(w): w.weight for w in topic.speed} if speed else {}
        unit = 100 * topic.weight / whole / sum(weights.values())
        for check in checks:
            check.max_points = unit * weights.get(check.name, 0.0)
            if check.status in ("passed", "broken") or check.kind in ("speed", "memory"):
                share = check.points if check.status in ("passed", "failed") else float(check.status == "broken")
                check.points = check.max_points * (share if check.kind in ("speed", "memory") else 1.0)
        graded.append(TopicResult(topic.name, checks))
    return graded
