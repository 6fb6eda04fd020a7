"""`POST /v1/feedback`: a correction for the learning loop."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI, Request

from gateway.access import Access
from gateway.calls import Caller
from gateway.feedback.body import FeedbackBody
from gateway.feedback.intake import Feedback
from gateway.recording import call_of
from gateway.routes.permission import Requires


def add_feedback(app: FastAPI, access: Access, feedback: Feedback) -> None:
    """Put the route in place."""
    may_correct = Requires(access, "feedback")

    @app.post("/v1/feedback", tags=["feedback"])
    async def correct(body: FeedbackBody, request: Request, caller: Caller = Depends(may_correct)) -> dict[str, Any]:
        """Keep a correction, or say why it is of no use. Content is redacted before it is kept."""
        call_of(request.scope).user_id = body.user_id
        receipt = await feedback.take(caller, body)
        return receipt.body()
