"""Takes corrections in: consent, redaction, filters, store. What the route `POST /v1/feedback` calls."""

from __future__ import annotations

import asyncio
import logging
import re

from gateway.calls import Caller
from gateway.database import DatabaseError
from gateway.errors import ApiError
from gateway.feedback.body import FeedbackBody, Receipt
from gateway.feedback.correction import Author, Correction, Provenance, Texts
from gateway.feedback.filters import FilterOptions, judge, too_long, without_consent
from gateway.feedback.languages import UNDETERMINED, language_of, written_in
from gateway.feedback.reasons import Reason
from gateway.feedback.redacting import redacted
from gateway.feedback.sensitive import SensitiveWords
from gateway.feedback.store import FeedbackStore
from r1.errors import RedactionError
from r1.redaction import Redactor

RETRY_SECONDS = 5.0
"""After which to come back when the database fails."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_log = logging.getLogger("gateway")


class Feedback:
    """The learning loop as a gateway has it. Serves concurrent calls; its work is done on threads."""

    def __init__(
        self,
        store: FeedbackStore,
        words: SensitiveWords | None = None,
        options: FilterOptions | None = None,
        redactor: Redactor | None = None,
    ) -> None:
        """Raises `GatewayError` when the shipped lists of words cannot be read."""
        self._store = store
        self._words = SensitiveWords.read() if words is None else words
        self._options = options or FilterOptions()
        self._redactor = redactor or Redactor()

    async def take(self, caller: Caller, body: FeedbackBody) -> Receipt:
        """Keep a correction, or say why not. What is kept survives whatever happens to this process afterwards.

        Tenant and client are the caller's, whatever the body says. Raises `ApiError`: 503 when the database fails, 500
        when the texts cannot be redacted; nothing is kept then.
        """
        author = Author(caller.tenant, caller.client_id, body.user_id)
        try:
            return await asyncio.to_thread(self.judge_and_keep, author, body)
        except DatabaseError as error:
            _log.error("feedback cannot be kept: %s", error)
            message = "feedback cannot be kept now: send it again later"
            raise ApiError(503, "feedback_unavailable", message, retry_after_s=RETRY_SECONDS) from None
        except RedactionError:
            message = "the texts could not be redacted, so nothing was kept: report it"
            raise ApiError(500, "redaction_failed", message) from None

    def judge_and_keep(self, author: Author, body: FeedbackBody) -> Receipt:
        """As `take`, on this thread. Raises `DatabaseError` and `RedactionError`."""
        texts = Texts(body.original, body.corrected, body.prompt)
        told = body.language if _LANGUAGE.fullmatch(body.language) else ""
        refused = without_consent(body.consent) or too_long(texts, self._options)
        if refused:
            # Not looked into, not even for its language.
            return self._reject(author.tenant, _primary(told) or UNDETERMINED, refused)
        texts, counts = redacted(self._redactor, texts)
        language = _primary(told) or language_of(f"{texts.corrected}\n{texts.original}\n{texts.prompt}")
        reason = judge(texts, told, self._words, self._options)
        if reason:
            return self._reject(author.tenant, language, reason)
        provenance = Provenance(body.served_by, body.model, body.parameters)
        kept = self._store.keep(Correction(body.answer_id, author, texts, language, provenance))
        if isinstance(kept, Reason):
            return Receipt(kept=False, reason=kept)
        return Receipt(kept=True, correction_id=kept.correction_id, redacted=counts)

    def _reject(self, tenant: str, language: str, reason: Reason) -> Receipt:
        self._store.count(tenant, language, reason)
        return Receipt(kept=False, reason=reason)


def _primary(language: str) -> str:
    """The language without its region, in small letters; those that are not known here are not counted apart.

    Else a caller could fill the counts with languages of its own invention.
    """
    primary = language.lower().partition("-")[0]
    return primary if written_in(primary) else ""
