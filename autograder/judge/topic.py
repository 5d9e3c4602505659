"""One topic of one submission: every check on its own programs, every race."""

from functools import cached_property

from ..sandbox.interpreter import Outcome
from ..sandbox.pool import WorkerLost
from ..stubs import is_stub
from . import compare, consistency, exercises, memory, timing
from .diagnose import Suspects, counterexample, in_words
from .running import CALL_SECONDS, Runs
from .setting import setting
from .verdict import NEEDS, CheckResult, SpeedResult

OWN_GRADIENT = (
    "This is the gradient of your own forward, so the two agree with each other; "
    "it is forward that torch.nn does otherwise. What does the check of forward say?"
)


class TopicJudge:
    """Judges one submission's files of one topic."""

    def __init__(self, grader, topic, submission, seed, shrinking):
        self.grader, self.topic, self.submission, self.seed = grader, topic, submission, seed
        self.shrinking, self.suspects = shrinking, Suspects(topic)
        self._take(grader.packages.alone(submission, topic))
        self.unimportable = self._import()
        if any(outcome.raised for outcome in self.unimportable.values()):  # perhaps it needs more of the submission
            self.close()
            self._take(grader.packages.whole(submission))
            self.unimportable = self._import()

    def _take(self, folder):
        """Judge the package in a folder."""
        self.folder = folder
        self.runs = self._runs_in(folder)
        self.worker = self.runs.worker

    def _runs_in(self, folder):
        return Runs(self.grader.oracle, self.grader.worker(folder), self.topic, self.seed)

    @cached_property
    def whole(self):
        """Runs on the whole package of the student's, for files that lean on others of it."""
        return self._runs_in(self.grader.packages.whole(self.submission))

    @property
    def levels(self):
        return self.worker.levels

    def close(self):
        self.worker.stop()
        if "whole" in vars(self):
            self.whole.worker.stop()

    def _import(self):
        """{file: Outcome} of the topic's files that were begun and cannot be imported; a value says what ended them."""
        found = {}
        for file in filter(self._begun, filter(self._usable, self.topic.files)):
            try:
                outcome = self.worker.import_file(file, CALL_SECONDS)
            except WorkerLost as lost:
                outcome = Outcome(value=lost.reason)
            if outcome.value is not True:
                found[file] = outcome
        return found

    @cached_property
    def leans_on_others(self):
        """Whether a file of the topic imports one of another topic that the student has written."""
        others = self.submission.sources.keys() - set(self.topic.files)
        sources = (self.submission.sources[file] for file in filter(self._usable, self.topic.files))
        return any(others.intersection(exercises.imported_files(source.tree)) for source in sources)

    def _usable(self, file):
        return file in self.submission.sources and self.submission.sources[file].problem is None

    def _begun(self, file):
        wanted = {c.exercise for c in self.topic.checks if exercises.file_of(c.exercise) == file}
        nodes = [exercises.find(self.submission.sources[file].tree, e) for e in wanted]
        return any(node is None or not is_stub(node) for node in nodes)

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

    def passes(self, check):
        """Whether a check passes, without a word on why not."""
        return self._without_running(check) is None and self._first_wrong(check, self.runs) is None

    def judge(self, check):
        """One check, as a CheckResult without points."""
        result = self._without_running(check)
        if result is not None:
            return result
        try:
            return self._by_running(check)
        except Exception as error:  # the grader's own fault must never cost a student points
            return broken(check, error)

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
        if node is not None and is_stub(node):
            return _result(check, "unimplemented", location=f"scaffold/{file}:{node.lineno}")
        scope = check.exercise.partition(".")[0]
        if not exercises.is_defined(source.tree, scope):
            return _result(check, "unimplemented", f"{file} does not define {scope}", f"scaffold/{file}")
        if file in self.unimportable:
            return self._not_imported(check, file)
        for violation in source.violations:
            if violation.scope == scope:
                return _result(
                    check, "failed", f"breaks the rules: {violation}", location=f"scaffold/{file}:{violation.line}"
                )
        return None

    def _not_imported(self, check, file):
        """What a check says when importing the exercise's file raised, or never came to an end."""
        outcome = self.unimportable[file]
        if outcome.raised is None:
            return _result(check, "failed", f"{file} cannot be imported: {outcome.value}", f"scaffold/{file}")
        raised = outcome.raised
        result = _result(check, "error", f"{file} cannot be imported: {raised.type}: {raised.message}")
        if raised.type == "RuleViolation":
            result.status, result.message = "failed", f"breaks the rules: {raised.message}"
        result.location = f"scaffold/{raised.location or file}"
        return result

    def _by_running(self, check):
        ran = self._first_wrong(check, self.runs)
        if ran is None or (self.leans_on_others and self._first_wrong(check, self.whole) is None):
            return _result(check, "passed")
        return self._failure(check, ran) if ran.lost is None else self._lost(check, ran)

    def _first_wrong(self, check, runs):
        """The first run that was lost or that gave something wrong, or None."""
        wrong = (ran for ran in runs.of(check) if ran.lost is not None or self._problem(check, ran) is not None)
        return next(wrong, None)

    def _lost(self, check, ran):
        """A check that ended the worker: how, and over which calls."""
        name, result = check.observes[0], _result(check, "failed", ran.lost)
        result.counterexample = counterexample(ran.program, name, ran.expected[name], Outcome(value="nothing"))
        return self._located(check, result)

    def _problem(self, check, ran):
        """(observation, what is wrong) of the first observation that differs, or None; an exception says most."""
        for name in sorted(check.observes, key=lambda name: ran.got[name].raised is None):
            if _unwritten(ran.got[name]):
                return name, ran.got[name].raised.message
            problem = compare.outcomes(check.compare, ran.expected[name], ran.got[name])
            if problem is not None:
                return name, problem
        return None

    def _failure(self, check, ran):
        """A failed check with its smallest case and, if the numbers tell, the names of the mistakes."""
        name, problem = self._problem(check, ran)
        if _unwritten(ran.got[name]):
            missing = exercises.named_in(problem)
            if missing is None or missing == check.exercise:
                return self._located(check, _result(check, "unimplemented", problem))
            return _result(check, "skipped", NEEDS.format(missing))
        ran = self._smaller(check, ran)
        name, problem = self._problem(check, ran)
        raised = ran.got[name].raised
        result = _result(check, "error" if raised else "failed", self._explained(check, name, ran))
        if raised and raised.type == "RuleViolation":
            result.status, result.message = "failed", f"breaks the rules: {raised.message}"
        if raised and raised.location:
            result.location = f"scaffold/{raised.location}"
        result.counterexample = counterexample(ran.program, name, ran.expected[name], ran.got[name])
        mistakes = self.suspects.named(check, [ran, *self._answers(check)], self._evidence(check))
        if name == "grad_input" and self._is_own_gradient(check, ran):
            mistakes = [mistake for mistake in mistakes if mistake.exercise != check.exercise]
            if not mistakes:
                result.message += f". {OWN_GRADIENT}"
        if mistakes:
            result.mistake = ", ".join(mistake.name for mistake in mistakes)
            result.message += f". {in_words(mistakes, check.exercise)}"
        return self._located(check, result)

    def _is_own_gradient(self, check, shown):
        """Whether that holds in the case that is shown and in the largest others, in which less is alike by chance."""
        wrong = [ran for ran in self._answers(check) if self._problem(check, ran) is not None]
        wrong.sort(key=lambda ran: sum(tensor.numel() for tensor in ran.program.tensors.values()))
        return all(consistency.is_own_gradient(ran, self._outcomes_of) for ran in [shown, *wrong[-3:]])

    def _outcomes_of(self, program):
        """What the submission gives for a program that no check asks for; None if it gives nothing."""
        return self.runs.ask(self.grader.oracle.question(program)).got

    def _explained(self, check, name, shown):
        """What is wrong with one case, in words that hold in all others that were tried, too."""
        seen = [shown, *(ran for ran in self._answers(check) if ran is not shown)]
        text = compare.explained(
            check.compare, *((ran.expected[name], ran.got[name], setting(ran.program, name)) for ran in seen)
        )
        return f"{text}{self._left_behind(check, shown)}"

    def _left_behind(self, check, shown):
        """Whether what is wrong has to do with an earlier call: all is right as long as there is only one."""
        if not _calls_again(shown.program):
            return ""
        fresh = [
            (other, ran)
            for other, runs in self._evidence(check)
            for ran in runs
            if other.kind in ("forward", "gradient") and not _calls_again(ran.program)
        ]
        right = fresh and all(self._problem(other, ran) is None for other, ran in fresh)
        return "; with a single call all is right, so it depends on the call before" if right else ""

    def _answers(self, check):
        return [ran for ran in self.runs.of(check) if ran.lost is None]

    def _evidence(self, check):
        """(check, runs) of all other checks of the same exercise that were run so far."""
        others = [c for c in self.topic.checks if c.exercise == check.exercise and c.space in self.runs.done]
        return [(c, self._answers(c)) for c in others if c != check]

    def _smaller(self, check, ran):
        """The smallest case found that fails for the same kind of reason."""
        raised = self._raised_in(check, ran)

        def fails(program):
            tried = self.runs.ask(self.grader.oracle.question(program))
            if tried.lost is not None or self._problem(check, tried) is None:
                return False
            if self._raised_in(check, tried) != raised:
                return False
            fails.last = tried
            return True

        fails.last = ran
        self.shrinking.smallest(check.space.programs, fails, self.seed)
        return fails.last

    def _raised_in(self, check, ran):
        """The type of the exception that the check's first problem consists of, or None."""
        raised = ran.got[self._problem(check, ran)[0]].raised
        return raised and raised.type

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
        nothing = _unmeasured(workload)
        if all(c.status == "unimplemented" for c in own):
            return _speed_result(workload, "unimplemented", ""), nothing
        if not wanted:
            return _speed_result(workload, "skipped", "speed was not judged"), nothing
        if any(c.status != "passed" for c in own):
            return _speed_result(workload, "skipped", "speed counts once the results are right"), nothing
        contest = memory.race if workload.kind == "memory" else timing.race
        try:
            with self.grader.racing:
                ratio, tier, problem = contest(workload, self.worker, self.grader.rival, self.seed)
        except memory.Unmeasurable:
            result = _speed_result(workload, "passed", "not measured: this platform does not tell peak memory")
            result.points = 1.0
            return result, nothing
        except WorkerLost as lost:
            ratio, tier, problem = None, "none", lost.reason
        except Exception as error:
            return broken_race(workload, error)
        speed = SpeedResult(workload.name, workload.workload, ratio and round(ratio, 3), tier)
        if problem is not None:
            return _speed_result(workload, "failed", problem), speed
        status = "passed" if tier != "none" else "failed"
        result = _speed_result(workload, status, "" if tier == "gold" else timing.advice(workload, ratio, tier))
        result.points = timing.SHARE[tier]
        return result, speed


def broken(check, error):
    """The CheckResult of a check over which the grader itself failed."""
    return _result(check, "broken", _own_fault(error))


def broken_race(workload, error):
    """(CheckResult, SpeedResult) of a race over which the grader itself failed."""
    return _speed_result(workload, "broken", _own_fault(error)), _unmeasured(workload)


def _own_fault(error):
    return f"the grader failed: {type(error).__name__}: {error}"


def _unmeasured(workload):
    return SpeedResult(workload.name, workload.workload, None, "none")


def _calls_again(program):
    """Whether a method of one object is called for a second time."""
    calls = [(s["target"], s["method"]) for s in program.steps if s["do"] in ("call", "attempt")]
    return len(set(calls)) < len(calls)


def _unwritten(outcome):
    """Whether a stub was met."""
    return outcome.raised is not None and outcome.raised.type == "NotImplementedError"


def _result(check, status, message="", location=None):
    return CheckResult(check.name, check.exercise, check.kind, status, message=message, location=location)


def _speed_result(workload, status, message):
    return CheckResult(race_name(workload), workload.exercise, workload.kind, status, message=message)


def race_name(workload):
    return f"{workload.name}: {workload.kind}"
