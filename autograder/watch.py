"""`autograder watch`: after every save, what has changed is judged again, by one judge that stays.

What is judged is what was compared: the files are read once, and events of the file system only say when to look. So
editors that replace files, bursts of saves and half-written files need no special treatment.
"""

import ast
import contextlib
import time
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import watchfiles
from rich.text import Text

from .judge import exercises
from .judge.session import Standing, exercise_names, standings_of
from .judge.submission import FILE_LIMIT, GIVEN, Source, Submission, parse
from .judge.verdict import CheckResult
from .report.digest import WORDS
from .report.map import counts, first_sentence, next_line, show_map
from .report.terminal import line_of, make_console, progress, show_check
from .report.text import clean, plural
from .stubs import is_stub
from .topics import topics

QUIET, LONGEST, GLANCE = 100, 1000, 1000
"""Milliseconds without another save after which a burst of saves is over; that it may last at most; between looks at
the files when nothing is reported, as on network drives."""
NAMED = 3
"""So many exercises are named if one line is about several."""
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


# --- what has changed --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Code:
    """What in a file can change an answer: its code, without comments, docstrings and layout.

    exercises: {name: code} of those that belong in the file, None for one that is not there. begun: those that are no
    stubs. names: {exercise: names it looks up}. rest: everything else, such as imports and helpers. imports: files of
    the package that it imports.
    """

    exercises: dict[str, str | None]
    begun: frozenset[str]
    names: dict[str, frozenset[str]]
    rest: str
    imports: frozenset[str]


def code_of(file, text):
    """The Code of a file's text. Raises SyntaxError."""
    tree = ast.parse(text)
    _drop_docstrings(tree)
    nodes = {name: exercises.find(tree, name) for name in exercise_names() if exercises.file_of(name) == file}
    found = {name: node for name, node in nodes.items() if node is not None}
    code = {name: node and _dump(node, text) for name, node in nodes.items()}
    names = {name: frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name)) for name, node in found.items()}
    stubs = {name for name, node in found.items() if is_stub(node)}
    imports = frozenset(exercises.imported_files(tree))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef)):
            node.body = [child for child in node.body if all(child is not taken for taken in found.values())]
    return Code(code, frozenset(nodes) - stubs, names, _dump(tree, text), imports)


def changed(before, after):
    """Exercises of one file to judge again, in the order of the course, by its Code before and after.

    A change outside of exercises concerns all that were begun. before: None if the file could not be read so far.
    """
    if before is None:
        return [name for name in after.exercises if name in after.begun]
    shared = before.rest != after.rest
    return [
        name
        for name, code in after.exercises.items()
        if (shared and name in after.begun)
        or (code != before.exercises[name] and (name in before.begun or name in after.begun))
    ]


def leaning(names, codes):
    """Begun exercises whose answer may have changed with the code of those named: of their class, or their callers.

    codes: the Code of all files. Only exercises of one topic meet when they are judged.
    """
    uses = {name: used for code in codes for name, used in code.names.items() if name in code.begun}
    reached, fresh = set(names), set(names)
    while fresh:
        known = {(_topic_of(name), name.partition(".")[0]) for name in fresh}
        fresh = {
            name
            for name, used in uses.items()
            if any((_topic_of(name), scope) in known for scope in (*used, name.partition(".")[0]))
        } - reached
        reached |= fresh
    return [name for name in exercise_names() if name in reached - set(names)]


def importing(helpers, codes):
    """Files with exercises that import one of these helper files, directly or not. codes: {file: Code}."""
    reached = set(helpers)
    while more := {f for f, code in codes.items() if not code.exercises and code.imports & reached} - reached:
        reached |= more
    return {file for file, code in codes.items() if code.exercises and code.imports & reached}


def _drop_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]


def _dump(node, text):
    """The code of a node as text that is equal for equal code; for code nested too deeply, as it is written."""
    try:
        return ast.dump(node)
    except RecursionError:
        return ast.get_source_segment(text, node) or text


@cache
def _topic_of(exercise):
    """The name of the topic that an exercise is judged in."""
    return next(topic.name for topic in topics() if exercises.file_of(exercise) in topic.files)


# --- the files ---------------------------------------------------------------------------------------------


def read_package(package, before=None):
    """{file name: Source} of a package as it is now. before: the same at an earlier look; what is equal is kept."""
    sources = {}
    for path in sorted(package.glob("*.py")):
        if path.name in GIVEN or path.name.startswith("."):  # an editor's own files begin with a dot
            continue
        old, new = (before or {}).get(path.name), _read_file(path)
        if new is not None:
            same = old is not None and (old.data, _unreadable(old)) == (new.data, _unreadable(new))
            sources[path.name] = old if same else new if _unreadable(new) else parse(path.name, new.data)
    return sources


def _read_file(path):
    """The Source of one file, not parsed yet; with a problem if it cannot be read; None if it has just gone."""
    try:
        if path.stat().st_size > FILE_LIMIT:
            return Source(path.name, b"", problem=f"{path.name} is larger than {FILE_LIMIT} bytes")
        if path.is_symlink() or not path.is_file():
            return Source(path.name, b"", problem=f"{path.name} is a link or no plain file")
        return Source(path.name, path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return Source(path.name, b"", problem=f"{path.name} cannot be read: {error.strerror}")


def _unreadable(source):
    """Why there is no data, or None."""
    return None if source.data else source.problem


def saves(package):
    """Yield after every burst of saves in a folder, and about once a second in any case; for ever.

    A folder that was moved away and has come back is another one for the system, so watching begins anew.
    """
    while True:
        yield from _saves_in(package)
        yield
        time.sleep(GLANCE / 1000)


def _saves_in(folder):
    """The same until the folder is gone, or the system cannot watch it: looking once a second has to do then."""
    identity = _identity(folder)
    try:
        for _ in watchfiles.watch(
            folder,
            watch_filter=None,
            debounce=LONGEST,
            step=QUIET,
            rust_timeout=GLANCE,
            yield_on_timeout=True,
            recursive=False,
        ):
            if _identity(folder) != identity:
                return
            yield
    except (OSError, RuntimeError):
        return


def _identity(folder):
    try:
        return folder.stat().st_ino
    except OSError:
        return None


# --- the watcher -------------------------------------------------------------------------------------------


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
            self.standings[name] = Standing(_topic_of(name), name, "unimplemented")

    def _readable(self, name):
        return "" not in self.problems and exercises.file_of(name) not in self.problems

    def _begun(self, name):
        return name in self.codes[exercises.file_of(name)].begun

    def _tell(self, names, troubles, mended):
        """Judge the exercises named, and print that, which files cannot be judged, and which can again."""
        console = self.console
        files = dict.fromkeys([*troubles, *mended, *map(exercises.file_of, names)])
        console.print()
        console.print(Text(clean(f"{datetime.now():%H:%M:%S}  {_enumerated([*filter(None, files)])}"), "bold"))
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
        with self._busy(f"checking {_enumerated(begun)}"):
            results = self.session.judge(begun, Submission(self.sources)) if begun else []
        for name in begun:
            self.standings.update(
                (standing.exercise, standing)
                for standing in standings_of(_topic_of(name), [r for r in results if r.exercise == name])
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


def watch(session, package, places):
    """Show the map, then what every save has changed; for ever."""
    watcher = Watcher(session, package, places)
    with progress() as advance:
        watcher.begin(advance)
    watcher.show()
    for _ in saves(package):
        watcher.look()


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
            lines[-1] = replace(lines[-1], name=_enumerated(sharing))
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


def _enumerated(names):
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
