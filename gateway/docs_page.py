"""`/docs`: every operation of the OpenAPI document on one page, which needs no script and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid; padding: 1rem 0; }
h2 { font-size: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: 600; padding-top: .5rem; }
th, td { text-align: start; vertical-align: top; padding: .2rem .75rem .2rem 0; overflow-wrap: anywhere; }
th { font-weight: 600; }
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
_METHODS = ("get", "post", "put", "patch", "delete")


def docs_page(document: Mapping[str, Any]) -> str:
    """The page for an OpenAPI document."""
    groups: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                group = next(iter(operation.get("tags", ())), "other")
                groups.setdefault(group, []).append(_operation(document, method, path, operation))
    title = escape(document["info"]["title"])
    body = "".join(f"<h2>{escape(name)}</h2>{''.join(each)}" for name, each in groups.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        '<p>The same for programs: <a href="/openapi.json">/openapi.json</a>. A route that needs a token is sent it as '
        f"<code>Authorization: Bearer …</code>.</p>{body}</body></html>"
    )


def _operation(document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> str:
    needs = [name for each in operation.get("security", ()) for name in each]
    told = escape(operation.get("description") or operation.get("summary", ""))
    parameters = [
        (each["name"], f"{each['in']}, {_type(each.get('schema', {}))}", each.get("required", False), _said(each))
        for each in operation.get("parameters", ())
    ]
    statuses = ", ".join(operation.get("responses", ()))
    return (
        f"<section><h3><code>{method.upper()} {escape(path)}</code></h3><p>{told}</p>"
        f"<p>Needs: {escape(', '.join(needs)) or 'nothing'}. Replies: {escape(statuses)}.</p>"
        f"{_table('Parameters', parameters)}{_table('Body', list(_fields(document, operation)))}</section>"
    )


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
    if schema.get("default") not in (None, "", []):
        told.append(f"Default: {schema['default']}.")
    return " ".join(filter(None, told))


def _table(caption: str, rows: list[tuple[str, str, bool, str]]) -> str:
    if not rows:
        return ""
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code>{' (required)' if required else ''}</td>"
        f"<td>{escape(kind)}</td><td>{escape(said)}</td></tr>"
        for name, kind, required, said in rows
    )
    heads = "<tr><th>Name</th><th>Type</th><th>Meaning</th></tr>"
    return f"<table><caption>{caption}</caption>{heads}{cells}</table>"
