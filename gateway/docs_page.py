"""`/docs`: every operation of the OpenAPI document on one page, which needs no script and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --paper: #f5f6f8; --card: #ffffff; --ink: #1b1e24; --pale: #59606b;
  --rule: #d9dce2; --link: #1f64b0; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #12141a; --card: #1b1e26; --ink: #e8eaee; --pale: #a3aab6; --rule: #333845; --link: #7ab8ff; }
}
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem;
  background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
h4 { font-size: .875rem; margin: 1rem 0 0; color: var(--pale); }
p { margin: .4rem 0; }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: .95em; }
nav ul { columns: 20rem; padding: 0; list-style: none; font-size: .9rem; }
nav li { break-inside: avoid; padding: .15rem 0; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: .6rem; padding: 1rem;
  margin: .75rem 0; }
dl { margin: 0; }
dl > div { display: grid; grid-template-columns: 20rem 1fr; gap: 0 1rem; border-top: 1px solid var(--rule);
  padding: .4rem 0; }
dl > div:first-child { border-top: 0; }
dd { margin: 0; }
.pale { color: var(--pale); font-size: .875rem; }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr; } }
"""
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode('ascii')}'",
        "img-src data:",  # the empty icon, so that the browser asks for none
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The Content-Security-Policy to send with it."""
ROLES_FIELD = "x-roles"
"""Of an operation: the roles that may call it."""
_METHODS = ("get", "post", "put", "patch", "delete")


def docs_page(document: Mapping[str, Any]) -> str:
    """The page for an OpenAPI document."""
    groups: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                group = next(iter(operation.get("tags", ())), "other")
                place = f"o{sum(map(len, links.values())) + 1}"
                link = f'<li><a href="#{place}"><code>{_named(method, path)}</code></a></li>'
                links.setdefault(group, []).append(link)
                groups.setdefault(group, []).append(_operation(document, f"{method} {path}", operation, place))
    listed = "".join("".join(each) for each in links.values())
    title = escape(document["info"]["title"])
    body = "".join(f"<h2>{escape(name)}</h2>{''.join(each)}" for name, each in groups.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        '<p>The same for programs: <a href="/openapi.json">/openapi.json</a>. A route that needs a token is sent it as '
        f"<code>Authorization: Bearer …</code>.</p><nav><ul>{listed}</ul></nav>{body}</body></html>"
    )


def _operation(document: Mapping[str, Any], name: str, operation: Mapping[str, Any], place: str) -> str:
    parameters = [
        (each["name"], f"{each['in']}, {_type(each.get('schema', {}))}", each.get("required", False), _said(each))
        for each in operation.get("parameters", ())
    ]
    statuses = ", ".join(operation.get("responses", ()))
    return (
        f'<section id="{place}"><h3><code>{_named(*name.split(" ", 1))}</code></h3>'
        f"<p>{_prose(operation.get('description') or operation.get('summary', ''))}</p>"
        f'<p class="pale">Needs {escape(_needs(operation))}. Replies {escape(statuses)}.</p>'
        f"{_list('Parameters', parameters)}{_list('Body', list(_fields(document, operation)))}</section>"
    )


def _named(method: str, path: str) -> str:
    return f"{method.upper()} {escape(path)}"


def _needs(operation: Mapping[str, Any]) -> str:
    """The credential, and whose it must be."""
    needs = [name for each in operation.get("security", ()) for name in each]
    if not needs:
        return "nothing"
    roles = operation.get(ROLES_FIELD, ())
    told = f" ({', '.join(roles)})" if roles else ""
    return f"{' or '.join(needs)}{told}"


def _prose(text: str) -> str:
    """Text with what stands in backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _fields(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for schema in _resolved(document, content.get("schema", {})):
        for name, each in schema.get("properties", {}).items():
            yield name, _type(each), name in schema.get("required", ()), _said(each)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The objects that a body may be."""
    if "$ref" in schema:
        yield document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for each in schema.get("anyOf", ()):
        yield from _resolved(document, each)


def _type(schema: Mapping[str, Any]) -> str:
    """In words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))


def _said(described: Mapping[str, Any]) -> str:
    schema = described.get("schema", described)
    told = [described.get("description") or schema.get("description", "")]
    default = schema.get("default")
    if default not in (None, "", []):
        told.append(f"Default: {str(default).lower() if isinstance(default, bool) else default}.")
    return " ".join(filter(None, told))


def _list(heading: str, rows: list[tuple[str, str, bool, str]]) -> str:
    if not rows:
        return ""
    told = "".join(
        f"<div><dt><code>{escape(name)}</code> "
        f'<span class="pale">{escape(kind)}{", required" if required else ""}</span></dt><dd>{_prose(said)}</dd></div>'
        for name, kind, required, said in rows
    )
    return f"<h4>{heading}</h4><dl>{told}</dl>"
