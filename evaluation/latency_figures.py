"""Charts of stored latency, as plotly figures: a waterfall per turn, the spread of each line, the total's distribution.

Backgrounds are transparent and text has no colour of its own: the page sets both, light or dark. A trace whose `meta`
is `INK` is drawn in the colour of the page's text.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from evaluation.latency import LINES, Figures, MeasuredTurn
from evaluation.turn_timing import Stretch
from pipeline.latency import UNATTRIBUTED

INK = "ink"

LEAST_MS = 0.001
"""A logarithmic axis has no zero: what took less than this is drawn there."""

FEW = 20
"""With fewer turns each of them is a point of its own in the spread."""

_LABEL_CELLS = 18
_HOVER_CHARACTERS = 46
_ROW_PX = 24
_BAR_ROWS = 0.75
"""Said for each bar: plotly would make those wide that have no neighbour of their own line."""

_CURVE_POINTS = 200


@dataclass(frozen=True, slots=True)
class Look:
    """How a ledger line is drawn, everywhere."""

    colour: str
    """A hexadecimal one."""
    hatch: str = ""
    """plotly's sign for a pattern; empty for a full area."""


_CYAN, _BLUE, _GREEN, _YELLOW, _RED, _PURPLE = "#66CCEE", "#4477AA", "#228833", "#CCBB44", "#EE6677", "#AA3377"
_TEAL = "#44AA99"
"""Colours that people with any colour vision tell apart: the "bright" scheme of Paul Tol, and teal of his "muted" one
("Colour Schemes", SRON/EPS/TN/09-002)."""

_LOOKS = {
    "endpoint": Look(_CYAN), "input": Look(_CYAN, "/"),
    "asr": Look(_BLUE), "model wait": Look(_BLUE, "/"),
    "ocr": Look(_GREEN),
    "prefill": Look(_YELLOW), "reasoner": Look(_YELLOW, "-"), "context": Look(_YELLOW, "."),
    "connect": Look(_YELLOW, "/"), "gateway queue": Look(_YELLOW, "x"),
    "thinking": Look(_PURPLE),
    "first sentence": Look(_RED), "sentences": Look(_RED, "/"),
    "tts": Look(_TEAL), "hand-off": Look(_TEAL, "x"), "playback": Look(_TEAL, "/"),
    UNATTRIBUTED: Look("#888888"),
}  # fmt: skip
"""Minor lines share the colour of the line they belong to, and are hatched."""

_OTHERS = tuple(Look(colour, "\\") for colour in ("#999933", "#AA4499", "#DDAA77", "#6699CC"))
"""For lines of users' own stages, in turn."""


def looks(names: Sequence[str]) -> dict[str, Look]:
    """How each of the lines `names` is drawn; those of users' own stages in the order of the alphabet."""
    own = sorted(set(names) - _LOOKS.keys())
    return {name: _LOOKS.get(name) or _OTHERS[own.index(name) % len(_OTHERS)] for name in names}


def waterfall(turns: Sequence[MeasuredTurn]) -> go.Figure:
    """A row for each turn, in the order given from the top, on one time axis: the pieces of its path in a line."""
    pieces: dict[str, list[tuple[int, Stretch]]] = {}
    for row, turn in enumerate(turns):
        for stretch in turn.path:
            if stretch.ms > 0:
                pieces.setdefault(stretch.line, []).append((row, stretch))
    names = _ordered(pieces)
    figure = go.Figure()
    for name, look in looks(names).items():
        rows = [row for row, _ in pieces[name]]
        figure.add_bar(
            name=name,
            orientation="h",
            width=_BAR_ROWS,
            y=rows,
            x=[round(stretch.ms, 3) for _, stretch in pieces[name]],
            base=[round(stretch.start_ms, 3) for _, stretch in pieces[name]],
            marker={"color": look.colour, "line": {"width": 0}, "pattern": _pattern(look)},
            hovertext=[_hover(turns[row], stretch) for row, stretch in pieces[name]],
            hoverinfo="text",
        )
    figure.update_layout(barmode="overlay", height=_ROW_PX * len(turns) + 90)
    figure.update_xaxes(title_text="ms after the last spoken sample", rangemode="tozero", side="top")
    figure.update_yaxes(
        tickvals=list(range(len(turns))), ticktext=[_label(turn) for turn in turns], range=[len(turns) - 0.4, -0.6]
    )
    return _plain(figure)


def spread(names: Sequence[str], values: Figures) -> go.Figure:
    """A box for each name, of the turns in which it took any time: half of them in the box, 5th to 95th percentile
    between the ends, on a log axis.

    `values` has the shape [turns, names], milliseconds. Beside the box the 99th percentile, or each turn where there
    are few.
    """
    figure = go.Figure()
    drawn = looks(names)
    rows = []
    for place, name in enumerate(names):
        present = values[values[:, place] > 0, place]
        if len(present):
            rows.append(f"{escape(name, quote=False)} ({len(present):,})")
            _add_spread(figure, rows[-1], np.maximum(present, LEAST_MS), drawn[name] if name != "total" else None)
    figure.update_layout(height=28 * len(rows) + 80, margin_t=10)
    figure.update_xaxes(type="log", title_text="ms", dtick=1)
    figure.update_yaxes(categoryorder="array", categoryarray=rows[::-1])
    return _plain(figure)


def _add_spread(figure: go.Figure, row: str, values: Figures, look: Look | None) -> None:
    """Without a `look`, in the colour of the page's text."""
    colour, meta = ({}, INK) if look is None else ({"color": look.colour}, None)
    few = len(values) < FEW
    low, quarter, middle, three_quarters, high, highest = np.percentile(values, (5, 25, 50, 75, 95, 99)).round(3)
    if not few:
        figure.add_box(
            y=[row], orientation="h", q1=[quarter], median=[middle], q3=[three_quarters], lowerfence=[low],
            upperfence=[high], line=colour | {"width": 1.5}, fillcolor=_tint(look), hoverinfo="skip", meta=meta,
            width=0.6,
        )  # fmt: skip
    points = [("one turn", value) for value in values] if few else [("p50", middle), ("p95", high), ("p99", highest)]
    figure.add_scatter(
        x=[round(float(value), 3) for _, value in points], y=[row] * len(points), mode="markers",
        marker=colour | {"size": 6 if few else [0, 0, 7], "line": {"width": 0}}, meta=meta, hoverinfo="text",
        hovertext=[f"<b>{row}</b><br>{sign}: {value:,.1f} ms" for sign, value in points],
    )  # fmt: skip


def curves(warm: Figures, cold: Figures) -> go.Figure:
    """For each total time in ms the share of turns that took no longer: warm turns in full, cold ones dashed."""
    figure = go.Figure()
    shares = np.linspace(0, 100, _CURVE_POINTS + 1)
    for name, totals, dash in (("warm", warm, "solid"), ("cold", cold, "dot")):
        if not len(totals):
            continue
        figure.add_scatter(
            name=name, x=np.round(np.percentile(totals, shares), 3).tolist(), y=shares.tolist(), mode="lines",
            line={"dash": dash, "width": 2}, meta=INK,
            hovertemplate=f"{name}: %{{y:.0f}} % of turns within %{{x:.0f}} ms<extra></extra>",
        )  # fmt: skip
    figure.update_layout(height=300, showlegend=True, legend={"orientation": "h", "y": 1.12})
    figure.update_xaxes(title_text="ms from the last spoken sample to the first audible one", rangemode="tozero")
    marks = (0, 25, 50, 75, 95)
    figure.update_yaxes(tickvals=marks, ticktext=[f"{mark} %" for mark in marks], range=[0, 101])
    return _plain(figure)


def _plain(figure: go.Figure) -> go.Figure:
    figure.update_layout(
        template={}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        showlegend=figure.layout.showlegend or False,
        margin={"l": 10, "r": 16, "t": figure.layout.margin.t or 40, "b": 46}, hoverlabel={"align": "left"},
    )  # fmt: skip
    figure.update_yaxes(automargin=True, fixedrange=True, zeroline=False, ticklabelstandoff=6)
    figure.update_xaxes(automargin=True)
    return figure


def _ordered(names: Any) -> list[str]:
    known = [name for name in LINES if name in names]
    own = sorted(set(names) - set(LINES) - {UNATTRIBUTED})
    return [*known, *own, *([UNATTRIBUTED] if UNATTRIBUTED in names else [])]


def _hover(turn: MeasuredTurn, stretch: Stretch) -> str:
    """Text for plotly, which reads tags and entities in it."""
    total = turn.total_ms
    share = f", {stretch.ms / total:.0%} of {total:.1f} ms" if total else ""
    stage = f" · stage {escape(stretch.stage, quote=False)}" if stretch.stage else ""
    facts = [f"{turn.conversation}, turn {turn.number}", f"{turn.started_at:%Y-%m-%d %H:%M} UTC", *_remarks(turn)]
    served = [f"answered by {turn.served_by}"] if turn.served_by else []
    asked = textwrap.wrap(f"“{turn.question}”", _HOVER_CHARACTERS) if turn.question else []
    return "<br>".join(
        [
            f"<b>{escape(stretch.line, quote=False)}</b>{stage}",
            f"{stretch.ms:.1f} ms from {stretch.start_ms:.1f} ms on{share}",
            *(escape(line, quote=False) for line in (", ".join(facts), *served, *asked)),
        ]
    )


def _remarks(turn: MeasuredTurn) -> list[str]:
    return [*(["cold"] if turn.cold else []), *([turn.ending.value] if turn.ending.value != "answered" else [])]


def _label(turn: MeasuredTurn) -> str:
    name, cells = "", 0
    for letter in turn.conversation:
        cells += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if cells > _LABEL_CELLS:
            name = name.rstrip() + "…"
            break
        name += letter
    return escape(" ".join([name, str(turn.number), *(f"({remark})" for remark in _remarks(turn))]), quote=False)


def _pattern(look: Look) -> dict[str, Any]:
    return {"shape": look.hatch, "fgcolor": "rgba(0,0,0,0.55)", "size": 6, "solidity": 0.4}


def _tint(look: Look | None) -> str:
    """The colour, as a veil."""
    if look is None:
        return "rgba(128,128,128,0.3)"
    red, green, blue = (int(look.colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"
