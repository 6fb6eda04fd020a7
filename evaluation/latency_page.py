"""The latency of stored turns as one HTML page: tables, a waterfall for each of the latest turns, distributions.

The page needs no network, and its policy allows it none: plotly.js stands in it. It follows the reader's choice of
light or dark. What users said is text in it, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from string import Template

from plotly import graph_objects as go
from plotly.offline import get_plotlyjs

from evaluation.latency import (
    LATEST,
    NEEDED_TURNS,
    PERCENTILES,
    Group,
    Grouping,
    LatencyFigures,
    Section,
    Spread,
)
from evaluation.latency_figures import Look, curves, looks, spread, waterfall

MOST_GROUPS = 20
"""Upstreams or conversations in the page, those with most turns."""

_TEMPERATURES = (("warm", "Warm turns"), ("cold", "Cold turns"))


def latency_page(figures: LatencyFigures, covers: Sequence[str]) -> str:
    """The page, whole. `covers` says in sentences which turns it rests on."""
    charts: dict[str, go.Figure] = {}
    whole = figures.groups(Grouping.LINE)
    body = _sections(figures, whole[0], charts) if whole else '<p class="empty">There is nothing to draw yet.</p>'
    plotly = get_plotlyjs() if charts else ""
    scripts = [script for script in (plotly, _SCRIPT) if script]
    return Template(_PAGE).substitute(
        policy=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {_hashes(scripts)}",
        style=_STYLE,
        covers="".join(f"<p>{escape(sentence)}</p>" for sentence in covers),
        body=body,
        charts=_as_data({name: json.loads(chart.to_json()) for name, chart in charts.items()}),
        scripts="".join(f"<script>{script}</script>" for script in scripts),
    )


def _sections(figures: LatencyFigures, whole: Group, charts: dict[str, go.Figure]) -> str:
    names, warm = figures.values(cold=False)
    _, cold = figures.values(cold=True)
    drawn = looks(names[1:])
    charts["curves"] = curves(warm[:, 0], cold[:, 0])
    for name, values in (("warm", warm), ("cold", cold)):
        if len(values):
            charts[f"spread-{name}"] = spread(names, values)
    charts["waterfall"] = waterfall(figures.latest)
    shown = {row.name for section in (whole.warm, whole.cold) for row in section.rows}
    return "".join(
        [
            _tiles(whole),
            _legend({name: look for name, look in drawn.items() if name in shown}),
            "<h2>Percentiles by line</h2>", _tables(whole, drawn), _NOTE,
            "<h2>Total time</h2>", _chart("curves", "Share of turns by total time"),
            "<h2>Spread of each line</h2>", _SPREAD_NOTE, _spreads(charts),
            "<h2>Where each turn's time went</h2>", _latest(figures),
            "<h2>By stage, upstream and conversation</h2>", _groups(figures, drawn),
        ]
    )  # fmt: skip


def _tiles(whole: Group) -> str:
    tiles = []
    for temperature, title in _TEMPERATURES:
        section: Section = getattr(whole, temperature)
        if section.total is None:
            continue
        values = "".join(
            f"<div{_unsure(section, percentile)}><dt>p{percentile}</dt><dd>{value:,.0f} <small>ms</small></dd></div>"
            for percentile, value in zip(PERCENTILES, section.total.percentiles_ms, strict=True)
        )
        tiles.append(f'<div class="tile"><h3>{title} ({section.turns:,})</h3><dl>{values}</dl></div>')
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _legend(drawn: Mapping[str, Look]) -> str:
    chips = "".join(f"<li>{_chip(look)}{escape(name)}</li>" for name, look in drawn.items())
    return f'<ul class="legend" aria-label="Colours of the ledger lines">{chips}</ul>'


def _tables(group: Group, drawn: Mapping[str, Look]) -> str:
    return "".join(
        _table(section, f"{title}: {section.turns:,}", drawn)
        for temperature, title in _TEMPERATURES
        if (section := getattr(group, temperature)).turns
    )


def _table(section: Section, title: str, drawn: Mapping[str, Look]) -> str:
    heads = "".join(f"<th>p{percentile}</th>" for percentile in PERCENTILES)
    rows = [_row(section, row, drawn.get(row.name)) for row in section.rows]
    if section.total is not None:
        rows.append(_row(section, section.total, None, "total"))
    if section.cold_start is not None and section.cold_start.turns:
        rows.append(_row(section, section.cold_start, None, "beside"))
    return (
        f'<div class="scroll"><table><caption>{title}</caption><thead><tr><th>ms</th>{heads}<th>mean</th>'
        f"<th>share</th><th>turns</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(section: Section, row: Spread, look: Look | None, kind: str = "") -> str:
    values = "".join(
        f"<td{_unsure(section, percentile)}>{value:,.1f}</td>"
        for percentile, value in zip(PERCENTILES, row.percentiles_ms, strict=True)
    )
    share = "" if kind == "beside" else f"{row.share:.1%}"
    bar = f'<i style="width:calc(3rem*{row.share:.3f})"></i>' if not kind else ""
    name = "cold start, before the turn" if kind == "beside" else escape(row.name)
    return (
        f'<tr class="{kind}"><th>{_chip(look) if look else ""}{name}</th>{values}<td>{row.mean_ms:,.1f}</td>'
        f'<td class="share">{bar}{share}</td><td>{row.turns:,}</td></tr>'
    )


def _unsure(section: Section, percentile: int) -> str:
    if percentile not in section.unsure:
        return ""
    return f' class="unsure" title="rests on {section.turns} turns; {NEEDED_TURNS[percentile]} or more are wanted"'


def _spreads(charts: Mapping[str, go.Figure]) -> str:
    return "".join(
        f"<h3>{title}</h3>{_chart(f'spread-{temperature}', title)}"
        for temperature, title in _TEMPERATURES
        if f"spread-{temperature}" in charts
    )


def _latest(figures: LatencyFigures) -> str:
    shown, counted = len(figures.latest), figures.counts.counted
    which = f"The latest {shown} of {counted:,} turns" if shown < counted else f"All {counted} turns that count"
    limit = f" ({LATEST} are drawn at most)" if shown < counted else ""
    return (
        f"<p>{which}, newest first{limit}. Point at a piece, or tap it, for its line, stage and question.</p>"
        + _chart("waterfall", "A row for each turn, a piece for each stretch of its critical path")
    )


def _groups(figures: LatencyFigures, drawn: Mapping[str, Look]) -> str:
    stages = f"<details><summary>By stage</summary>{_tables(figures.groups(Grouping.STAGE)[0], {})}</details>"
    parts = [stages]
    for by in (Grouping.UPSTREAM, Grouping.CONVERSATION):
        groups = figures.groups(by)
        more = f"<p>The {MOST_GROUPS} with most turns of {len(groups):,}.</p>" if len(groups) > MOST_GROUPS else ""
        inside = "".join(
            f"<h3>{escape(group.name) or '(gave no name)'}</h3>{_tables(group, drawn)}"
            for group in groups[:MOST_GROUPS]
        )
        parts.append(f"<details><summary>By {by} ({len(groups):,})</summary>{more}{inside}</details>")
    return "".join(parts)


def _chart(name: str, says: str) -> str:
    return f'<div class="chart" id="{name}" role="img" aria-label="{escape(says)}"></div>'


_STROKE = "rgba(0,0,0,.55)"
_HATCHES = {
    "": "",
    "/": f"repeating-linear-gradient(-45deg,{_STROKE} 0 2px,transparent 2px 5px),",
    "\\": f"repeating-linear-gradient(45deg,{_STROKE} 0 2px,transparent 2px 5px),",
    "-": f"repeating-linear-gradient(0deg,{_STROKE} 0 2px,transparent 2px 5px),",
    ".": f"radial-gradient({_STROKE} 1.6px,transparent 1.8px) 0 0/5px 5px,",
    "x": f"repeating-linear-gradient(45deg,{_STROKE} 0 1.5px,transparent 1.5px 5px),"
    f"repeating-linear-gradient(-45deg,{_STROKE} 0 1.5px,transparent 1.5px 5px),",
}
"""plotly's patterns, as the bars show them."""


def _chip(look: Look) -> str:
    return f'<b class="chip" style="background:{_HATCHES[look.hatch]}{look.colour}"></b>'


def _as_data(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def _hashes(scripts: Sequence[str]) -> str:
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


_NOTE = """<p class="note">Milliseconds. Percentiles interpolate linearly between neighbours (numpy's default). A line
that a turn does not have counts as 0 ms of it, so that the means add up to the mean total; percentiles do not add up.
“turns” says in how many the line was there. Pale figures rest on few turns: p95 wants 20 or more, p99 100. Cold is the
first turn of a process.</p>"""

_SPREAD_NOTE = """<p class="note">Of the turns that had the line, their number in brackets. Half of them lie in the
box, 5 to 95 % between the ends; the dot is the 99th percentile. With few turns each is a dot of its own. The axis is
logarithmic.</p>"""

_STYLE = """
:root { color-scheme: light dark;
  --paper: #fdfdfc; --ink: #1d1f23; --pale: #676c75; --rule: #dcdee2; --raised: #f3f4f6; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171b; --ink: #e7e8ea; --pale: #9aa0aa; --rule: #343840; --raised: #1f2228; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem clamp(.75rem, 3vw, 2rem) 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0; max-width: 46rem; }
.note, .empty { color: var(--pale); font-size: .875rem; }
.tiles { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.25rem 0; }
.tile { background: var(--raised); border-radius: .5rem; padding: .75rem 1rem; flex: 1 1 16rem; }
.tile h3 { margin: 0; color: var(--pale); font-weight: 500; }
.tile dl { display: flex; gap: 1.5rem; margin: .25rem 0 0; flex-wrap: wrap; }
dt { color: var(--pale); font-size: .8rem; }
dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
dd small { font-size: .8rem; font-weight: 400; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: .5rem 0;
  font-size: .875rem; position: sticky; top: 0; z-index: 2; background: var(--paper);
  border-bottom: 1px solid var(--rule); }
.chip { display: inline-block; width: .85rem; height: .85rem; margin-right: .4rem; vertical-align: -.08rem;
  border-radius: 2px; outline: 1px solid color-mix(in srgb, var(--ink) 25%, transparent); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .9rem;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; font-weight: 400; }
tbody th { overflow-wrap: break-word; }
tbody th:has(.chip) { padding-left: 1.3rem; }
tbody th .chip { margin-left: -1.3rem; }
thead th { color: var(--pale); font-weight: 400; font-size: .8rem; }
.total th, .total td { font-weight: 600; border-bottom: 0; }
.beside th, .beside td, .unsure { color: var(--pale); }
td.unsure, .unsure dd { font-style: italic; font-weight: 400; }
.share { position: relative; min-width: 7rem; }
.share i { position: absolute; left: .4rem; top: 30%; height: 40%; background: var(--rule); }
details { border-bottom: 1px solid var(--rule); padding: .5rem 0; }
summary { cursor: pointer; font-weight: 600; }
.chart { min-height: 100px; }
@media (max-width: 40rem) {
  body { font-size: 15px; }
  table { font-size: .8rem; }
  th, td { padding: .2rem .35rem; }
  tbody th { white-space: normal; max-width: 9rem; }
  .share { min-width: 0; } .share i { display: none; }
  .legend { position: static; }
}
"""

_SCRIPT = """
"use strict";
const charts = JSON.parse(document.getElementById("charts").textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const theme = () => ({
  "font.color": colour("--ink"),
  "font.family": "system-ui, sans-serif",
  "hoverlabel.bgcolor": colour("--raised"),
  "hoverlabel.bordercolor": colour("--pale"),
  "hoverlabel.font.color": colour("--ink"),
  "xaxis.gridcolor": colour("--rule"), "xaxis.zerolinecolor": colour("--rule"),
  "yaxis.gridcolor": colour("--rule"), "yaxis.zerolinecolor": colour("--rule"),
});
async function paint(name) {
  const inked = charts[name].data.flatMap((trace, place) => (trace.meta === "ink" ? [place] : []));
  if (inked.length) {
    await Plotly.restyle(name, {"line.color": colour("--ink"), "marker.color": colour("--ink")}, inked);
  }
  await Plotly.relayout(name, theme());
}
async function draw(name) {
  const {data, layout} = charts[name];
  if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;  // a finger scrolls the page
  await Plotly.newPlot(name, data, layout, {responsive: true, displaylogo: false, displayModeBar: false});
  await paint(name);
}
for (const name of Object.keys(charts)) draw(name);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => Object.keys(charts).forEach(paint));
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Latency of stored turns</title>
<style>$style</style>
</head>
<body>
<h1>From the last spoken sample to the first audible one</h1>
$covers
<noscript><p class="note">The charts need JavaScript; the tables do not.</p></noscript>
$body
<script type="application/json" id="charts">$charts</script>
$scripts
</body>
</html>
"""
