"""The map of the course in a terminal: a line for each exercise, and where to go on; readable at 80 columns."""

import re
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.text import Text

from .terminal import STYLES, TIER_STYLES, make_console, mark_of
from .text import clean, plural

COUNTED = {
    "done": ("passed",),
    "failing": ("failed", "error"),
    "waiting": ("skipped",),
    "open": ("unimplemented",),
    "not judged": ("broken",),
}
"""What exercises are counted as, and the statuses behind each word."""
TO_DO = ("failed", "error", "unimplemented")
"""Statuses that ask for work on the exercise itself."""
LEAST_ROOM = 12
"""Columns that a remark has even in a terminal too narrow for it."""
_SENTENCE = re.compile(r"(.+?)(?:[.!?](?=\s)|[.]?$)")


def show_map(standings, places, races=(), console=None):
    """Print the map of the course, and as the last line where to go on.

    standings: `judge.session.Standing`s, topic by topic. places: {exercise: where it is written}, with the attributes
    notebook and step. races: `judge.session.Race`s.
    """
    console = console or make_console()
    for topic, exercises in groupby(standings, key=lambda standing: standing.topic):
        exercises = sorted(exercises, key=lambda standing: _order(places.get(standing.exercise)))
        console.print(Text.assemble((clean(topic), "bold"), f"{_taught(exercises, places)}: {counts(exercises)}"))
        _show_exercises(exercises, places, console)
        _show_races([race for race in races if race.topic == topic], console)
        console.print()
    console.print(Text.assemble(("The course", "bold"), f": {counts(standings)}"))
    console.print(next_line(standings, places))


def counts(standings):
    """How many exercises are how far: `2 of 9 exercises done, 1 failing, 6 open`."""
    numbers = {word: sum(standing.status in statuses for standing in standings) for word, statuses in COUNTED.items()}
    rest = [f"{number} {word}" for word, number in numbers.items() if number and word != "done"]
    return ", ".join([f"{numbers['done']} of {plural(len(standings), 'exercise')} done", *rest])


def next_line(standings, places):
    """What to do next: the first exercise, in the order of the notebooks, that is failing or open."""
    waiting = [standing for standing in standings if standing.status in TO_DO]
    if waiting:
        following = min(waiting, key=lambda standing: _order(places.get(standing.exercise)))
        place = places.get(following.exercise)
        return Text.assemble("Next: ", f"{clean(place)}: " if place else "", (clean(following.exercise), "bold"))
    if all(standing.status == "passed" for standing in standings):
        return Text("All exercises pass.")
    return Text("Next: none; what remains could not be judged.")


def first_sentence(message):
    """The beginning of a message, as far as it says what is wrong, on one line and without its full stop."""
    first = clean(message).strip().partition("\n")[0].strip()
    return _SENTENCE.match(first).group(1) if first else ""


def _order(place):
    """A key that sorts by notebook and step; what stands in no notebook comes last."""
    return (place is None, place and place.notebook, (place and place.step) or 0)


def _taught(standings, places):
    """The notebooks in which exercises are written, in brackets."""
    numbers = {places[standing.exercise].notebook: None for standing in standings if standing.exercise in places}
    return f" (notebook {clean(', '.join(numbers))})" if numbers else ""


def _show_exercises(standings, places, console):
    width = max(cell_len(clean(standing.exercise)) for standing in standings)
    told = None
    for standing in standings:
        remark = _remark(standing, places.get(standing.exercise))
        line = Text.assemble("  ", mark_of(standing.status, console), " ", clean(standing.exercise))
        line.append(" " * (width + 6 - line.cell_len))
        repeated = remark == told and standing.status in ("failed", "error")
        line.append(_shortened("the same" if repeated else remark, console.width - line.cell_len, console))
        console.print(line, no_wrap=True, overflow="crop")
        told = remark


def _remark(standing, place):
    """What is said beside an exercise."""
    if standing.status == "passed":
        return "done"
    if standing.status == "unimplemented":
        return f"open: {place}" if place else "open"
    if standing.needs:
        return f"needs {clean(standing.needs)} first"
    return first_sentence(standing.message) or "failing"


def _shortened(text, room, console):
    """As much of a text as fits, cut between words if that leaves most of it, with an ellipsis for the rest."""
    room = max(room, LEAST_ROOM)
    if cell_len(text) <= room:
        return text
    ellipsis = "..." if console.options.ascii_only else "…"
    cut = set_cell_size(text, room - len(ellipsis)).rstrip()
    whole_words = cut.rpartition(" ")[0] if not text[len(cut) : len(cut) + 1].isspace() else cut
    return (whole_words if len(whole_words) > 0.7 * len(cut) else cut) + ellipsis


def _show_races(races, console):
    """The tiers of a topic's classes, in one line."""
    if not races:
        return
    line = Text("speed: ")
    for i, race in enumerate(races):
        subject = clean(race.name) if race.kind == "speed" else f"{clean(race.name)} ({clean(race.kind)})"
        tier = {None: "not measurable here", "none": "no tier"}.get(race.tier, race.tier)
        line.append(f"{', ' if i else ''}{subject} ")
        line.append(clean(tier), TIER_STYLES.get(race.tier, STYLES["skipped"]))
    console.print(Padding(line, (0, 0, 0, 4), expand=False))
