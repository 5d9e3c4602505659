"""solutions/ -> scaffold/: the same files, with a placeholder where each solution stood.

Imports that only a solution needs stay, so the student's code finds them.
"""

from ..workspace import COURSE
from .exercises import PublishError, implemented, placeholder, scan, scan_text
from .files import read_text, replace_file
from .places import read_places


def render(solved=(), course=COURSE):
    """The package as {file name: text}. solved: names of exercises with a solution in place of the placeholder."""
    places, paths = read_places(course), sorted(course.solutions.glob("*.py"))
    return {path.name: _render(path.read_text(encoding="utf-8"), path.name, places, solved) for path in paths}


def write(files, folder, course=COURSE):
    """Write {file name: text} into a folder; files that are right already are left alone. Returns the changed paths.

    Raises PublishError, before anything is written, if that would overwrite an implementation: it is somebody's work.
    """
    changed = [folder / name for name, text in files.items() if read_text(folder / name) != text]
    exercises = scan(course)
    for path in changed:
        _require_no_work(path, exercises)
    folder.mkdir(parents=True, exist_ok=True)
    for path in changed:
        replace_file(path, files[path.name].encode("utf-8"))
    return changed


def drift(files, folder):
    """The paths that differ from {file name: text}: changed, missing, or left over."""
    differing = {name for name, text in files.items() if read_text(folder / name) != text}
    left_over = {path.name for path in folder.glob("*.py")} - files.keys()
    return [folder / name for name in sorted(differing | left_over)]


def _require_no_work(path, exercises):
    try:
        names = implemented(read_text(path) or "", exercises)
    except (SyntaxError, ValueError):
        names = ["what it holds is no Python"]
    if names:
        raise PublishError(f"{path} holds work that would be overwritten ({', '.join(names)}). Move it away first.")


def _render(text, file, places, solved):
    lines = text.split("\n")
    for exercise in reversed(scan_text(text, file)):
        region = slice(exercise.begin - 1, exercise.end)
        if exercise.name in solved:
            lines[region] = lines[region][1:-1]
        else:
            marker = lines[exercise.begin - 1]
            indent = marker[: len(marker) - len(marker.lstrip())]
            lines[region] = [indent + placeholder(exercise, places.get(exercise.name))]
    return "\n".join(lines)
