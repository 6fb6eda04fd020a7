"""What is taken as a correction: bad fields are refused by name, and no error repeats what was written."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.feedback.body import LONGEST_TEXT, FeedbackBody, Receipt
from gateway.feedback.reasons import Reason
from tests.gateway.feedback.corrections import feedback_body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answer_id", ""),
        ("answer_id", "infer-1\ncanary forged log line"),
        ("original", 5),
        ("corrected", "\ud800canary"),
        ("corrected", "canary" * LONGEST_TEXT),
        ("consent", "canary"),
        ("consent", 1),
        ("user_id", "canary" * 50),
        ("user_id", "a\x00canary"),
        ("parameters", {"temperature": "canary"}),
        ("parameters", {"temperature": math.nan}),
        ("parameters", {"temperature": -math.inf}),
        ("parameters", {f"canary{number}": 1 for number in range(33)}),
        ("parameters", {"a\nb": 1}),
        ("language", "e\u2028n"),
    ],
)
def test_bad_fields_are_named_and_not_repeated(field: str, value: Any) -> None:
    """For whoever reads the error, and for whoever reads the log of it."""
    with pytest.raises(ValidationError) as raised:
        feedback_body(**{field: value})
    assert {error["loc"][0] for error in raised.value.errors()} == {field}
    assert "canary" not in str(raised.value)


def test_consent_is_not_assumed() -> None:
    """Who says nothing of it has not given it."""
    assert not FeedbackBody(answer_id="a", original="b", corrected="c").consent


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_no_value_raises_anything_else(value: Any) -> None:
    """Whatever JSON can hold is either taken or refused."""
    for field in FeedbackBody.model_fields:
        try:
            feedback_body(**{field: value})
        except ValidationError:
            continue


def test_receipts_can_be_sent() -> None:
    """Kept or not, with the reason as a code and in words."""
    kept = Receipt(kept=True, correction_id="fb-1", redacted={"email": 1}).body()
    assert (kept["kept"], kept["id"], kept["reason"], kept["redacted"]) == (True, "fb-1", None, {"email": 1})
    refused = json.loads(json.dumps(Receipt(kept=False, reason=Reason.OVER_CAP).body()))
    assert (refused["kept"], refused["id"], refused["reason"]) == (False, None, "over_cap")
    assert "tomorrow" in refused["message"]
