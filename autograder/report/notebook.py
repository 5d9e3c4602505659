"""What `check()` and `derive()` show in a notebook: HTML in the colours of the theme, and the same as plain text.

Both depend on nothing but what was found, so that nbval can compare outputs from two machines.
"""

from dataclasses import dataclass, field
from io import StringIO

from IPython.display import display

from .digest import MARKS, REPEATED, WORDS, with_repetition
from .template import render_template
from .terminal import make_console, show_check
from .text import clean, plural

WIDTH = 100
"""Columns of the plain text."""


@dataclass(frozen=True)
class Section:
    """One headline with a mark, and what there is to tell below it: `CheckResult`s that did not pass, or a note.

    Only the first problem is spread out: a beginner mends one thing at a time, and that often mends the others.
    """

    status: str
    headline: str
    problems: list = field(default_factory=list)
    note: str = ""

    @property
    def further_problems(self):
        """[(problem, what it is about in one line)] of all but the first."""
        return [(problem, _gist(problem, repeated)) for problem, repeated in with_repetition(self.problems)[1:]]


def show(sections):
    """Display sections in a notebook."""
    display({"text/plain": as_text(sections), "text/html": as_html(sections)}, raw=True)


def sections_of(results):
    """One section for each exercise that was checked, in order."""
    exercises = {}
    for result in results:
        exercises.setdefault(result.exercise, []).append(result)
    return [_section(exercise, checks) for exercise, checks in exercises.items()]


def as_text(sections):
    """The sections as lines."""
    stream = StringIO()
    console = make_console(file=stream, width=WIDTH, color_system=None)
    for section in sections:
        stream.write(f"{MARKS[section.status]} {clean(section.headline)}\n")
        show_check(section.problems[:1], console)
        for problem, gist in section.further_problems:
            stream.write(f"{MARKS[problem.status]} {clean(problem.name)}: {clean(gist)}\n")
        if section.note:
            stream.write(f"  {clean(section.note)}\n")
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip().split("\n"))


def as_html(sections):
    """The sections as HTML; all that came from the student's code is escaped."""
    return render_template("notebook.html", sections=sections)


def _gist(problem, repeated):
    if repeated:
        return REPEATED
    return problem.message.split("\n")[0] or WORDS[problem.status]


def _section(exercise, checks):
    problems = [check for check in checks if check.status in ("failed", "error", "broken")]
    passed = sum(check.status == "passed" for check in checks)
    rest = [check for check in checks if check.status in ("unimplemented", "skipped")]
    note = "; ".join(dict.fromkeys(check.message for check in rest if check.message))
    if passed and not problems:
        waiting = f", {len(rest)} not judged yet" if rest else ""
        return Section("passed", f"{exercise}: {plural(passed, 'check')} passed{waiting}", note=note)
    if problems:
        status = next((check.status for check in problems if check.status != "broken"), "broken")
        return Section(status, f"{exercise}: {passed} of {plural(len(checks), 'check')} passed", problems, note)
    return Section(rest[0].status, f"{exercise}: {WORDS[rest[0].status]}", note=note)
