"""One line per submission, for a spreadsheet, Canvas or Moodle."""

import csv
import io

from ..report.output import write
from ..report.text import clean
from .results import stored

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def write_gradebook(folder, entries):
    """Write gradebook.csv from the results in a folder.

    name, score, max_score, problem and the points of each topic; then Student and ID as Canvas calls them, Full name
    and Identifier as Moodle does. A score that the grader owes is left empty.
    """
    results = [(entry, stored(folder, entry) or {"problem": "not judged"}) for entry in entries]
    topics = list(dict.fromkeys(topic["name"] for _, result in results for topic in result.get("topics", ())))
    text = io.StringIO()
    columns = ["name", "score", "max_score", "problem", *topics, "Student", "ID", "Full name", "Identifier"]
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for entry, result in results:
        ids = entry.ids
        row = {"name": entry.name, "score": result.get("score"), "max_score": result.get("max_score", 100)}
        row |= {"problem": result.get("problem", "")}
        row |= {topic["name"]: round(topic["points"], 2) for topic in result.get("topics", ())}
        row |= {"Student": ids["student"], "ID": ids["canvas"]}
        row |= {"Full name": ids["student"], "Identifier": f"Participant {ids['moodle']}" if ids["moodle"] else ""}
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    write(text.getvalue(), folder / "gradebook.csv")


def _harmless(value):
    if not isinstance(value, str):
        return value
    text = clean(value).replace("\n", " ")
    return f"'{text}" if text.startswith(DANGEROUS) else text
