"""The watcher: how far every exercise is, and what each save has changed in that."""

import contextlib
from datetime import datetime

from rich.text import Text

from ..judge import exercises
from ..judge.session import Standing, exercise_names, standings_of
from ..judge.submission import Submission
from ..judge.verdict import CheckResult
from ..report.digest import WORDS
from ..report.map import counts, first_sentence, next_line, show_map
from ..report.terminal import line_of, make_console, show_check
from ..report.text import clean
from .code import changed, code_of, importing, leaning, topic_of
from .condensing import condensed, enumerated
from .files import read_package


class Watcher:
    """Knows how far every exercise is, and finds out and tells what each save has changed.

    sources: {file: Source} at the last look. codes: {file: Code} when the file could last be read. problems: {file: why
    it cannot be judged now}. standings: {exercise: Standing}.
    """

    def __init__(self, session, package, places, console=None):
        self.session, self.package, self.places = session, package, places
        self.console = console or make_console()
        self.sources, self.codes, self.problems, self.standings = {}, {}, {}, {}

    def begin(self, advance=lambda done, total, text: None):
        """Judge the whole course once."""
        self.sources = read_package(self.package)
        self.codes = {file: code_of(file, s.text) for file, s in self.sources.items() if s.problem is None}
        self.problems = self._find_problems()
        standings, _ = self.session.survey(Submission(self.sources), advance=advance)
        self.standings = {standing.exercise: standing for standing in standings}

    def show(self):
        """Print the map of the course."""
        show_map(list(self.standings.values()), self.places, console=self.console)
        self.console.print(Text(f"Watching {clean(self.package)}; Ctrl+C ends it.", "dim"))

    def look(self):
        """Compare the files with those of the last look; if something changed, judge that and say what is next."""
        sources = read_package(self.package, self.sources)
        news = [file for file in {**self.sources, **sources} if sources.get(file) is not self.sources.get(file)]
        if not news:
            return
        self.sources, before = sources, self.problems
        self.problems = self._find_problems()
        names = self._take(news)
        mended = [file for file in before if file not in self.problems]
        troubles = {file: words for file, words in self.problems.items() if before.get(file) != words}
        if names or troubles or mended:
            self._tell(names, troubles, mended)

    def _find_problems(self):
        """{file: why it cannot be judged now}; a file that is gone is a problem if it held exercises."""
        if self.codes and not self.sources:
            return {"": f"there are no files in {self.package.name}/ any more"}
        problems = {file: source.problem for file, source in self.sources.items() if source.problem is not None}
        gone = [file for file, code in self.codes.items() if code.exercises and file not in self.sources]
        return problems | {file: f"{file} is gone" for file in gone}

    def _take(self, news):
        """Read the code of files that changed; returns the exercises concerned, in the order of the course.

        A file that cannot be read keeps its code of before, so that after it was mended only real changes count.
        """
        names, helpers = set(), set()
        for file in news:
            source, old = self.sources.get(file), self.codes.get(file)
            if source is not None and source.problem is None:
                code = self.codes[file] = code_of(file, source.text)
                names.update(changed(old, code))
                self._note_stubs(code)
                if not code.exercises and code != old:
                    helpers.add(file)
            elif source is None and old is not None and not old.exercises:
                del self.codes[file]
                helpers.add(file)
        for file in importing(helpers, self.codes):
            names.update(self.codes[file].begun)
        return [name for name in exercise_names() if name in names and self._readable(name)]

    def _note_stubs(self, code):
        """Nothing has to run to know how far a stub is."""
        for name in code.exercises.keys() - code.begun:
            self.standings[name] = Standing(topic_of(name), name, "unimplemented")

    def _readable(self, name):
        return "" not in self.problems and exercises.file_of(name) not in self.problems

    def _begun(self, name):
        return name in self.codes[exercises.file_of(name)].begun

    def _tell(self, names, troubles, mended):
        """Judge the exercises named, and print that, which files cannot be judged, and which can again."""
        console = self.console
        files = dict.fromkeys([*troubles, *mended, *map(exercises.file_of, names)])
        console.print()
        console.print(Text(clean(f"{datetime.now():%H:%M:%S}  {enumerated([*filter(None, files)])}"), "bold"))
        for words in troubles.values():
            console.print(line_of("error", f"{words}; waiting for the next save", console))
        if mended and not names:
            console.print(line_of("passed", "can be judged again", console))
        if names:
            show_check(condensed(self._judge(names)), console)
            self._follow(names)
        if names or mended:
            self._show_next()

    def _judge(self, names):
        """CheckResults of some exercises; the standings follow."""
        begun = [name for name in names if self._begun(name)]
        with self._busy(f"checking {enumerated(begun)}"):
            results = self.session.judge(begun, Submission(self.sources)) if begun else []
        for name in begun:
            self.standings.update(
                (standing.exercise, standing)
                for standing in standings_of(topic_of(name), [r for r in results if r.exercise == name])
            )
        files = {exercises.file_of(name) for name in begun}
        stubs = [CheckResult(name, name, "forward", "unimplemented") for name in names if name not in begun]
        return [r for r in results if r.kind != "rules" or f"{r.exercise}.py" in files] + stubs

    def _busy(self, words):
        """A context that shows what is under way, if this is a terminal: code that hangs takes seconds to judge."""
        return self.console.status(words) if self.console.is_terminal else contextlib.nullcontext()

    def _follow(self, names):
        """Judge what leans on exercises that have changed; a line for each of which the status is another now."""
        waiting = [name for name, standing in self.standings.items() if standing.needs in names]
        names = dict.fromkeys([*leaning(names, self.codes.values()), *waiting])
        names = [name for name in names if self._readable(name) and self._begun(name)]
        before = {name: self.standings[name].status for name in names}
        self._judge(names)
        for standing in map(self.standings.get, names):
            if standing.status != before[standing.exercise]:
                words = first_sentence(standing.message) or WORDS[standing.status]
                words = f"{standing.exercise}, changed by this: {words}"
                self.console.print(line_of(standing.status, words, self.console))

    def _show_next(self):
        standings = list(self.standings.values())
        self.console.print(Text(f"The course: {counts(standings)}"))
        if self.problems:
            self.console.print(Text(f"Next: {clean(next(iter(self.problems.values())))}"))
        else:
            self.console.print(next_line(standings, self.places))
