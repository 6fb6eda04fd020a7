"""A report in the XML that CI systems read: one test case a case (testmoapp's and Jenkins's description of JUnit)."""

from __future__ import annotations

import re
from pathlib import PurePath
from xml.etree import ElementTree as Tree

from evaluation.outcomes import Outcome, Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2)."""


def to_junit(report: Report) -> bytes:
    """The report as a UTF-8 XML document. A case that could not be judged is an `error`, a bad one a `failure`."""
    counts = {
        "tests": str(len(report.outcomes)),
        "failures": str(report.count("failed")),
        "errors": str(report.count("error")),
        "time": f"{report.seconds:.3f}",
    }
    suites = Tree.Element("testsuites", {"name": "check", **counts})
    suite = Tree.SubElement(suites, "testsuite", {"name": f"check {report.check}", **counts, "skipped": "0"})
    for outcome in report.outcomes:
        _add(suite, report.check, outcome)
    Tree.indent(suites)
    body: bytes = Tree.tostring(suites, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _add(suite: Tree.Element, check: str, outcome: Outcome) -> None:
    folder = [part for part in PurePath(outcome.name).parts[:-1] if part.strip("./\\")] if check != "tts" else []
    about = {
        "classname": _legal(".".join(["check", check, *folder])),
        "name": _legal(outcome.name),
        "time": f"{outcome.seconds:.3f}",
    }
    case = Tree.SubElement(suite, "testcase", about)
    if outcome.verdict != "passed":
        kind = "error" if outcome.verdict == "error" else "failure"
        fault = Tree.SubElement(case, kind, {"message": _legal("; ".join(outcome.failures)), "type": outcome.verdict})
        fault.text = _legal("\n".join([*outcome.failures, *_differences(outcome)]))


def _differences(outcome: Outcome) -> list[str]:
    if outcome.score is None:
        return []
    between = " " if outcome.score.unit == "word" else ""
    return [
        f"{part.relation}: expected “{between.join(part.expected)}”, heard “{between.join(part.heard)}”"
        for part in outcome.score.alignment
        if part.relation != "equal"
    ]


def _legal(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
