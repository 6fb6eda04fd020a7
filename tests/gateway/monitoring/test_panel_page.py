from __future__ import annotations

import base64
import hashlib
import re

import pytest

from gateway.monitoring.panel_page import panel_page

PAGE = panel_page()
HTML = PAGE.html.decode()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", HTML, re.DOTALL)
)


def contrast(one: str, other: str) -> float:
    """Of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_page_needs_no_network() -> None:
    """Nothing in it names another place, but for the name of SVG itself, which is no address."""
    rest = HTML.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?:|@import|url\(|\bsrc=|\bhref=\"(?!data:,)", rest) == []


def test_the_policy_knows_script_and_style_by_their_digest() -> None:
    """There is one of each, and nothing else can run: no handler or style stands in an element."""
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", HTML, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in PAGE.policy
    markup = re.sub(r"<(script|style)>.*?</\1>", "", HTML, flags=re.DOTALL)
    assert re.findall(r"\son\w+=|\sstyle=", markup) == []
    assert "innerHTML" not in HTML
    assert "eval(" not in HTML


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_can_be_told_from_their_ground(colours: dict[str, str]) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for lines of a plot."""
    for text in ("ink", "pale", "good", "bad"):
        assert contrast(colours[text], colours["card"]) >= 4.5, text
    for text in ("ink", "pale"):
        assert contrast(colours[text], colours["paper"]) >= 4.5, text
    for kind in ("warn", "bad"):
        assert contrast(colours[kind], colours[f"{kind}-paper"]) >= 4.5, kind
        assert contrast(colours["ink"], colours[f"{kind}-paper"]) >= 4.5, kind
    for line in ("one", "two", "three", "bad", "warn", "focus"):
        assert contrast(colours[line], colours["card"]) >= 3, line


def test_motion_is_for_those_who_want_it() -> None:
    """The one transition that there is stands under that condition."""
    assert HTML.count("transition:") == 1
    assert re.search(r"prefers-reduced-motion: no-preference\) \{[^}]*transition:", HTML)
