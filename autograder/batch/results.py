"""What a batch writes for one submission: a JSON, whose presence says that it is done, and a page."""

import json

from ..report import html as html_report
from ..report import json as json_report
from ..report.output import write


def write_verdict(folder, entry, stamp, verdict):
    """Write both; the JSON last, with the stamp that says what it is a result of."""
    html_report.write_html(verdict, folder / f"{entry.name}.html")
    json_report.write_json(verdict, folder / f"{entry.name}.json", extra={"batch": stamp})


def write_problem(folder, entry, stamp, problem, broken=False):
    """Write why there is no verdict. broken: whether that is the grader's own fault."""
    result = {"schema": 1, "score": None if broken else 0.0, "max_score": 100, "problem": problem, "batch": stamp}
    write(json.dumps(result, indent=2) + "\n", folder / f"{entry.name}.json")


def stored(folder, entry):
    """The result of an earlier run as a dict, or None if there is none that can be read."""
    try:
        return json.loads((folder / f"{entry.name}.json").read_bytes())
    except (OSError, ValueError):
        return None


def has_score(folder, entry, stamp):
    """Whether the same submission was judged in the same way, and has points."""
    result = stored(folder, entry)
    return result is not None and result.get("batch") == stamp and result.get("score") is not None


def is_done(folder, entry, stamp):
    """The same, and the grader did not fail itself in any check."""
    if not has_score(folder, entry, stamp):
        return False
    checks = [check for topic in stored(folder, entry).get("topics", ()) for check in topic["checks"]]
    return all(check["status"] != "broken" for check in checks)
