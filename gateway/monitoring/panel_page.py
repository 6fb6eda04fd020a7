"""The panel as one page: markup, style and script from this folder, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import Template

_FOLDER = Path(__file__).with_name("page")
SCRIPTS = ("plots.js", "panel.js")


@dataclass(frozen=True, slots=True)
class PanelPage:
    """The page, and the Content-Security-Policy to send with it."""

    html: bytes
    policy: str


def panel_page() -> PanelPage:
    """Read and put together; costs a few milliseconds, so keep it."""
    style = _text("panel.css")
    script = "\n".join(_text(name) for name in SCRIPTS)
    html = Template(_text("panel.html")).substitute(style=style, script=script)
    directives = (
        "default-src 'none'",
        f"script-src {_hash(script)}",
        f"style-src {_hash(style)}",
        "connect-src 'self'",
        "img-src data:",  # the empty icon, so that the browser asks for none
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return PanelPage(html.encode(), "; ".join(directives))


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
