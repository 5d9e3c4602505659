import io
import math
import re
import sys
from html.parser import HTMLParser

import pytest

from autograder.judge.verdict import Counterexample
from autograder.report.html import heat_map, render, write_html

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """The page's elements as (tag, attributes, text), and whether they nest."""

    def __init__(self, text):
        super().__init__()
        self.elements, self._open, self.nests = [], [], True
        self.feed(text)
        self.nests &= not self._open

    def handle_starttag(self, tag, attributes):
        element = [tag, dict(attributes), ""]
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        self.nests &= bool(self._open) and self._open.pop()[0] == tag

    def handle_data(self, data):
        for element in self._open:
            element[2] += data

    def texts(self, tag, css_class=None):
        """Texts of all elements of a tag, spaces joined; of one class, if given."""
        return [
            " ".join(text.split())
            for name, attributes, text in self.elements
            if name == tag and (css_class is None or css_class in attributes.get("class", "").split())
        ]


def test_score_topics_failures_speed_and_files(verdict):
    page = Page(render(verdict))
    assert page.nests
    assert page.texts("h1") == ["Score 9.5 of 100"]
    rows = page.texts("tr")
    assert "gradcheck 4 / 4 1 of 1 passed" in rows
    assert "linear 2 / 9 1 of 6 passed, 1 failed, 1 stopped by an error, 3 still to be written" in rows
    assert "Linear 100x300 0.651 × gold" in rows
    assert "Tanh 1000x11 – none" in rows
    assert f"linear.py{'12' * 32}" in rows
    assert page.texts("summary")[0] == "✗ Linear.backward: grad_weight failed"
    assert "Divided by the batch size." in page.texts("p", "message")
    assert "Known mistake: linear.grad-divided-by-batch" in page.texts("li")
    assert "Where: scaffold/linear.py:31" in page.texts("li")
    assert "○Still to be written: xavier_normal_, kaiming_normal_" in page.texts("p")
    assert "–2 checks skipped: too slow a machine" in page.texts("p")
    assert "?1 check could not be judged: the grader's own fault, no points are lost" in page.texts("p")
    assert "Isolation landlock+netns+rlimits, seed 7." in page.texts("p")


def test_counterexample_marks_what_differs(verdict):
    page = Page(render(verdict))
    assert {"x (2, 3)", "expected (2, 3)", "got (2, 3)", "|expected - got|"} <= set(page.texts("figcaption"))
    assert page.texts("td", "wrong") == ["0.25", "-1", "2.125", "1.125", "-2"]


def test_a_known_mistake_is_unfolded_once(failing):
    verdict = failing("divided by N", mistake="linear.n")
    verdict.topics[0].checks *= 2
    checks = [a for tag, a, _ in Page(render(verdict)).elements if tag == "details" and a.get("class") == "check"]
    assert ["open" in attributes for attributes in checks] == [True, False]
    assert "✗ Linear.backward: grad_weight the same mistake" in Page(render(verdict)).texts("summary")


def test_empty_verdict(empty):
    page = Page(render(empty))
    assert page.nests
    assert "Nothing was judged." in page.texts("p")
    assert page.texts("h2") == ["Topics", "How it was judged"]


NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover='x' {{ 7*7 }} & \x1b[31m\x00\u202e"


def test_a_students_text_is_only_ever_text(failing, verdict):
    example = Counterexample({"k": NASTY}, {NASTY: NASTY}, {NASTY: NASTY}, {NASTY: [[1.0, 2.0]]})
    bad = failing(NASTY, name=NASTY, mistake=NASTY, location=NASTY, counterexample=example)
    bad.submission = {"sha256": NASTY, "files": {NASTY: NASTY}}
    bad.environment, bad.isolation, bad.topics[0].name = {NASTY: NASTY}, NASTY, NASTY
    text = render(bad)
    page, harmless = Page(text), Page(render(verdict))
    assert page.nests
    assert {tag for tag, _, _ in page.elements} <= {tag for tag, _, _ in harmless.elements} | {"pre"}
    allowed = {name for _, attributes, _ in harmless.elements for name in attributes}
    assert {name for _, attributes, _ in page.elements for name in attributes} <= allowed
    assert not set(text) & set("\x1b\x00\u202e")
    assert page.texts("p", "message")[0].startswith("<script>alert(1)</script>")


def test_nothing_is_loaded_and_nothing_runs(verdict):
    page = Page(render(verdict))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _, _ in page.elements}
    assert not re.search(r"https?:|url\(|@import", render(verdict))
    policy = [a["content"] for _, a, _ in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_for_phones_the_dark_paper_and_screen_readers(verdict):
    text = render(verdict)
    page = Page(text)
    assert ("meta", "width=device-width, initial-scale=1") in [(t, a.get("content")) for t, a, _ in page.elements]
    assert "@media (prefers-color-scheme: dark)" in text
    assert "@media print" in text
    assert [attributes["lang"] for tag, attributes, _ in page.elements if tag == "html"] == ["en"]
    identifiers = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    targets = {attributes["href"].removeprefix("#") for tag, attributes, _ in page.elements if tag == "a"}
    assert targets == set(identifiers)
    scrolling = [a for tag, a, _ in page.elements if tag == "figure"]
    assert scrolling
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in scrolling)


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", [0, 1])
def test_text_stands_out_from_its_ground(empty, theme):
    blocks = re.findall(r":root \{([^}]*--page[^}]*)\}", render(empty))
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", blocks[theme]))
    for ink in ("text", "quiet", "good", "bad", "gold", "silver", "bronze"):
        for ground in ("page", "card"):
            light, dark = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_widths_are_percentages_within_the_bar(verdict):
    widths = [float(width) for width in re.findall(r'<span style="width: ([\d.]+)%', render(verdict))]
    assert verdict.score in widths
    assert widths[-4:] == pytest.approx([6.51, 24, 72.5, 100])
    assert max(widths) == 100


def test_heat_map_of_a_matrix():
    ((index, rows),) = heat_map([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.5], [3.0, 2.0]])
    assert index == ""
    assert [[cell.heat for cell in row] for row in rows] == [[0, 0.25], [0, 1]]
    assert [[cell.text for cell in row] for row in rows] == [["0", "0.5"], ["0", "2"]]
    assert rows[1][1].title == "expected 4, got 2"


def test_heat_map_of_more_and_fewer_dimensions():
    assert [index for index, _ in heat_map([[[[1, 2]], [[3, 4]]]], [[[[1, 2]], [[3, 5]]]])] == ["[0, 0]", "[0, 1]"]
    ((_, rows),) = heat_map([1, 2, 3], [1, 2, 4])
    assert len(rows) == 1
    assert len(rows[0]) == 3


def test_heat_map_of_what_is_not_finite():
    ((_, (row,)),) = heat_map([1.0, "nan", 2.0, math.inf], [math.nan, math.nan, 2.5, math.inf])
    assert [cell.heat for cell in row] == [1, 0, 1, 0]
    assert row[0].text == "inf"
    ((_, (row,)),) = heat_map([1.0, 1.0], [math.inf, 1.0])
    assert [cell.heat for cell in row] == [1, 0]


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ([1, 2], [1, 2, 3]),
        ([1, 2], "ValueError"),
        (1.0, 2.0),
        ([1.0], [2.0]),
        ([1, 2], [1, 2]),
        ([[1.0] * 21] * 20, [[2.0] * 21] * 20),
        ([], []),
        (None, None),
    ],
)
def test_no_heat_map(expected, got):
    assert heat_map(expected, got) is None


def test_large_heat_maps_have_no_text():
    ((_, rows),) = heat_map([[1.0] * 20] * 20, [[2.0] * 20] * 20)
    assert {cell.text for row in rows for cell in row} == {""}


def test_the_page_goes_to_a_file_or_to_standard_output(verdict, tmp_path, capsys):
    write_html(verdict, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == render(verdict)
    write_html(verdict, "-")
    assert capsys.readouterr().out == render(verdict)


def test_standard_output_is_utf8_whatever_the_locale(verdict, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    write_html(verdict, "-")
    assert raw.getvalue().decode("utf-8") == render(verdict)
