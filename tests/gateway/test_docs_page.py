"""The OpenAPI document and the page that shows it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gateway.docs_page import docs_page
from tests.gateway.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.close()


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    (reply,) = service.visit(("", "GET", "/openapi.json", None))
    told: dict[str, Any] = reply.json()
    return told


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def test_the_page_lists_every_operation(service: Service, document: dict[str, Any]) -> None:
    """With what it does, its parameters and the fields of its body."""
    (page,) = service.visit(("", "GET", "/docs", None))
    text = unescape(re.sub("<[^>]*>", "", page.text))
    for method, path, operation in operations(document):
        assert text.count(f"{method.upper()} {path}") >= 2  # in the list at the top too
        assert operation["description"].replace("`", "") in text
        for parameter in operation["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page.text
    for field in ("reasoning_budget", "old_secret_s", "requests_per_minute", "corrected"):
        assert f"<code>{field}</code>" in page.text
    places, links = re.findall('id="(o[0-9]+)"', page.text), re.findall('href="#(o[0-9]+)"', page.text)
    assert sorted(links) == sorted(places) and len(set(places)) == len(places)


def test_the_page_says_who_may_call(service: Service, document: dict[str, Any]) -> None:
    """As the table of roles has it."""
    (page,) = service.visit(("", "GET", "/docs", None))
    assert "Needs token (administrator, auditor)." in page.text and "Needs nothing." in page.text
    assert document["paths"]["/v1/audit"]["get"]["x-roles"] == ["administrator", "auditor"]
    assert document["paths"]["/auth/revoke"]["post"]["x-roles"] == ["administrator", "developer", "auditor"]
    assert "x-roles" not in document["paths"]["/auth/token"]["post"]


def test_the_page_needs_nothing_from_elsewhere(service: Service) -> None:
    """No script, no address of another host; its style is the one that its policy lets through."""
    (page,) = service.visit(("", "GET", "/docs", None))
    policy = page.headers["content-security-policy"]
    (style,) = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy and "script" not in policy
    assert "<script" not in page.text and "http://" not in page.text and "https://" not in page.text


def test_what_the_document_says_is_text_on_the_page() -> None:
    """Never markup."""
    told = "<b>&"
    parameter = {"name": told, "in": "query", "description": told, "schema": {"type": told, "default": told}}
    operation = {"summary": told, "tags": [told], "parameters": [parameter], "responses": {told: {}}}
    page = docs_page({"info": {"title": told}, "paths": {f"/{told}": {"get": operation}}})
    assert "<b>" not in page and page.count("&lt;b&gt;&amp;") >= 8


def test_guarded_routes_say_so(document: dict[str, Any]) -> None:
    """By a bearer token; the exchange by an assertion; the rest is open."""
    schemes = document["components"]["securitySchemes"]
    assert all((scheme["type"], scheme["scheme"]) == ("http", "bearer") for scheme in schemes.values())
    for _, path, operation in operations(document):
        if path == "/health":
            assert "security" not in operation
        else:
            assert operation["security"] == [{"assertion" if path == "/auth/token" else "token": []}]
            assert {"401", "429", "503"} <= set(operation["responses"])
        assert not any(each["name"].lower() == "authorization" for each in operation["parameters"])


def test_errors_are_described_as_they_are_sent(service: Service, document: dict[str, Any]) -> None:
    """In our shape, or OpenAI's; FastAPI's own 422 is nowhere."""
    schemas = document["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    found = {}
    for method, path, operation in operations(document):
        for status, reply in operation["responses"].items():
            if status >= "400":
                found[method, path, status] = reply["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        assert ("422" in operation["responses"]) == any(
            each["name"] == "Idempotency-Key" for each in operation["parameters"]
        )
    assert found["post", "/v1/models/r1/infer", "400"] == "Error"
    assert found["post", "/v1/models/r1/infer", "413"] == "Error"
    assert found["post", "/v1/chat/completions", "403"] == "OpenAIError"
    ours, theirs = service.visit(
        ("developer", "POST", "/v1/models/r1/infer", {}), ("developer", "POST", "/v1/chat/completions", {})
    )
    for reply, shape in ((ours, "Error"), (theirs, "OpenAIError")):
        assert reply.status_code == 400
        assert set(reply.json()["error"]) == set(schemas[shape]["properties"]["error"]["properties"])
