"""The XML for CI systems."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from hypothesis import given
from hypothesis import strategies as st

from evaluation.junit import to_junit
from evaluation.outcomes import Report
from tests.evaluation.checked import EXPECTED, broken, heard, outcome, report


def test_one_test_case_a_case() -> None:
    """Counts and seconds on the suites; a wrong case is a failure with what differed, an unjudged one an error."""
    good, bad = outcome(heard(EXPECTED), name="sounds/en/a.wav"), outcome(heard("what is the new tax"), name="b.wav")
    root = Tree.fromstring(to_junit(report(good, bad, outcome(broken(), name="../c.wav"))))
    assert root.tag == "testsuites"
    (suite,) = root
    assert (suite.tag, suite.get("name"), suite.get("time")) == ("testsuite", "check asr", "0.402")
    for element in (root, suite):
        assert [element.get(key) for key in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert [case.get("name") for case in suite] == ["sounds/en/a.wav", "b.wav", "../c.wav"]
    assert [case.get("classname") for case in suite] == ["check.asr.sounds.en", "check.asr", "check.asr"]
    passed, failed, error = suite
    assert len(passed) == 0
    assert [child.tag for child in (*failed, *error)] == ["failure", "error"]
    assert failed[0].get("message") == "WER 57.1 % (4 in 7 words), where 25.0 % is allowed"
    assert "delete: expected “this invoice”, heard “”" in (failed[0].text or "")
    assert error[0].get("message") == "a.wav: damaged"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_written(name: str, fault: str) -> None:
    """Characters that XML has no way to write are replaced, and the file stays valid."""
    (suite,) = Tree.fromstring(to_junit(report(outcome(broken(fault), name=name))))
    assert suite[0][0].tag == "error"


def test_an_empty_report() -> None:
    """No cases, and still valid."""
    (suite,) = Tree.fromstring(to_junit(Report("tts", ())))
    assert (suite.get("tests"), len(suite)) == ("0", 0)
