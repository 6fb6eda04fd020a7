"""The latency page: one file, safe, and with the figures in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from plotly.offline import get_plotlyjs

from evaluation.latency import LATEST, LINES, figures_of
from evaluation.latency_figures import curves, looks, spread, waterfall
from evaluation.latency_page import MOST_GROUPS, latency_page
from pipeline.records import StoredTurn
from tests.evaluation.latency_turns import ledger, simple, turn

HOSTILE = "</script><script>alert(1)</script><b onclick='x'>&amp; %{x} $covers"

PARTS = [("endpoint", "source", 300.0), ("asr", "asr", 200.0), ("thinking", "reasoner", 900.0), ("tts", "tts", 14.0)]


class _Elements(HTMLParser):
    """The elements of a page, with their attributes, and what stands in its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] == "script" and self.cdata_elem == "script":
            self.scripts[-1] += data


def _turns(count: int = 30) -> list[tuple[str, StoredTurn]]:
    return [
        ("work", turn(ledger(PARTS, playback_ms=20.0, cold_start_ms=5.0), number, cold=number == 1))
        for number in range(1, count + 1)
    ]


def _page(turns: list[tuple[str, StoredTurn]]) -> str:
    return latency_page(figures_of(turns), ["3 answered turns <now>."])


def _charts(page: str) -> Any:
    return json.loads(page.partition('<script type="application/json" id="charts">')[2].partition("</script>")[0])


def test_the_page_needs_no_network() -> None:
    """plotly.js stands in the page once, and nothing beside it names another place; the policy would not allow it."""
    page = _page(_turns())
    assert page.count(get_plotlyjs()) == 1
    rest = page.replace(get_plotlyjs(), "")
    assert re.findall(r"https?:|//\w|@import|url\(|\bsrc=|\bhref=", rest) == []
    assert "default-src 'none'" in rest


def test_the_policy_knows_the_scripts() -> None:
    """The page runs the scripts that it was written with, by their digests, and no other."""
    page = _Elements()
    page.feed(_page(_turns()))
    policy = next(attributes["content"] for tag, attributes in page.found if "http-equiv" in attributes) or ""
    data, *scripts = page.scripts
    assert json.loads(data)
    allowed = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts]
    assert policy.partition("script-src ")[2].split() == allowed
    assert len(scripts) == 2


def test_what_users_said_is_never_markup() -> None:
    """Questions, names and upstreams that look like markup are text, in the page and in what plotly is given."""
    hostile = turn(ledger([(HOSTILE, HOSTILE, 3.0)]), question=HOSTILE, served_by=HOSTILE)
    plain, marked = _Elements(), _Elements()
    plain.feed(_page([("work", turn(ledger([("mine", "mine", 3.0)])))]))
    page = _page([(HOSTILE, hostile)])
    marked.feed(page)
    assert [tag for tag, _ in marked.found] == [tag for tag, _ in plain.found]
    assert "alert(1)</script>" not in page
    hovers = [text for trace in _charts(page)["waterfall"]["data"] for text in trace["hovertext"]]
    assert hovers
    assert all(set(re.findall(r"<.*?>", text)) <= {"<b>", "</b>", "<br>"} for text in hovers)
    assert "&lt;script&gt;alert(1)" in hovers[0].replace("<br>", "")


def test_light_and_dark() -> None:
    """The page follows the reader's choice, its charts too: they have no background, and text in the page's colour."""
    page = _page(_turns())
    assert "@media (prefers-color-scheme: dark)" in page
    assert 'matchMedia("(prefers-color-scheme: dark)").addEventListener' in page
    for chart in _charts(page).values():
        assert chart["layout"]["paper_bgcolor"] == chart["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
        assert "font" not in chart["layout"]


def test_the_tables_hold_the_figures() -> None:
    """Warm and cold turns have their tables, with the total, and the sentences that say what they cover."""
    page = _page(_turns())
    assert "3 answered turns &lt;now&gt;." in page
    assert "Warm turns: 29" in page
    assert "Cold turns: 1" in page
    row = next(row for row in re.findall(r"<tr.*?</tr>", page) if "thinking" in row)
    assert re.sub(r"<.*?>", " ", row).split() == ["thinking", "900.0", "900.0", "900.0", "900.0", "62.8%", "29"]


def test_pieces_follow_each_other() -> None:
    """Each turn is a row in the waterfall, its pieces follow each other from 0 to its total, the newest turn on top."""
    turns = _turns(3)
    turns.append(("work", turn(ledger([("ocr", "ocr", 70.0), ("tts", "tts", 5.0)]), 4)))
    figure = waterfall(figures_of(turns).latest)
    assert list(figure.layout.yaxis.ticktext) == ["work 4", "work 3", "work 2", "work 1 (cold)"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    for row, total in enumerate((75.0, 1434.0, 1434.0, 1434.0)):
        pieces = sorted(
            (base, base + ms)
            for trace in figure.data
            for y, base, ms in zip(trace.y, trace.base, trace.x, strict=True)
            if y == row
        )
        assert [begin for begin, _ in pieces] == [0.0, *(end for _, end in pieces[:-1])]
        assert pieces[-1][1] == total


def test_the_waterfall_says_where_it_stops() -> None:
    """Of many turns the latest are drawn, and the page says how many there are."""
    page = _page(_turns(LATEST + 5))
    assert f"The latest {LATEST} of {LATEST + 5} turns" in page
    assert len(_charts(page)["waterfall"]["layout"]["yaxis"]["ticktext"]) == LATEST


def test_the_page_stays_small() -> None:
    """Thousands of conversations do not make the page larger: those with most turns are in it."""
    many = [(f"conversation {number}", turn(simple(float(number)), number)) for number in range(1, 2001)]
    page = _page(many)
    assert page.count("<h3>conversation ") == MOST_GROUPS
    assert f"The {MOST_GROUPS} with most turns of 2,000." in page
    assert len(page) - len(get_plotlyjs()) < 200_000


def test_each_line_has_a_look_of_its_own() -> None:
    """No two lines of the engine look the same; lines of users' own stages have looks too, the same every time."""
    drawn = looks([*LINES, "unattributed", "mine", "yours"])
    assert len(set(drawn.values())) == len(drawn)
    assert looks(["yours", "mine"]) == {name: drawn[name] for name in ("yours", "mine")}


@pytest.mark.parametrize("count", [1, 19, 20, 200])
def test_the_spread_is_of_the_turns_that_had_the_line(count: int) -> None:
    """A box for many turns, a dot each for few; turns without the line are not among them, their number is said."""
    values = np.column_stack([np.arange(1.0, count + 1), np.zeros(count), np.r_[5.0, np.zeros(count - 1)]])
    figure = spread(["total", "ocr", "asr"], values)
    assert list(figure.layout.yaxis.categoryarray) == ["asr (1)", f"total ({count})"]
    boxes = [trace for trace in figure.data if trace.type == "box"]
    dots = next(trace for trace in figure.data if trace.type == "scatter")
    if count < 20:
        assert boxes == []
        assert list(dots.x) == values[:, 0].tolist()
    else:
        assert boxes[0].median == (pytest.approx((count + 1) / 2),)
        assert len(dots.x) == 3


def test_curves_of_warm_and_cold_turns() -> None:
    """Each curve rises from its fastest to its slowest turn; one without turns is not drawn."""
    figure = curves(np.array([3.0, 1.0, 2.0]), np.array([]))
    (warm,) = figure.data
    assert (warm.x[0], warm.x[-1], warm.y[0], warm.y[-1]) == (1.0, 3.0, 0.0, 100.0)
    assert warm.meta == "ink"


def test_an_empty_page() -> None:
    """Without turns the page says so, and carries no charts."""
    page = latency_page(figures_of([]), ["No turn is stored yet."])
    assert "No turn is stored yet." in page
    assert _charts(page) == {}
    assert len(page) < 10_000
