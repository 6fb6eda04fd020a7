"""What the learning loop keeps of a user: given out, and erased, with what was handed on by then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.feedback.correction import Author, KeptCorrection
from gateway.feedback.store import FeedbackStore
from gateway.feedback.submissions import Submission, SubmissionStore
from gateway.privacy import Subject


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, and what is out of reach since it was handed on."""

    erased: int
    """Corrections."""
    submitted: tuple[Mapping[str, Any], ...]
    """Submissions with corrections of this user: a model that was trained on them does not forget. Each with the number
    `corrections`; `file_id` and `job_id` are what to name to that API's operator."""

    def to_json(self) -> dict[str, Any]:
        """As it is printed."""
        return {"erased": self.erased, "submitted": [dict(entry) for entry in self.submitted]}


class FeedbackOfSubject:
    """A `gateway.privacy.SubjectData`. Raises `DatabaseError`; to erase again is no error."""

    def __init__(self, store: FeedbackStore, submissions: SubmissionStore) -> None:
        self._store = store
        self._submissions = submissions

    @property
    def name(self) -> str:
        return "feedback"

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        author = _author(subject)
        if author is None:
            return []
        kept = await asyncio.to_thread(self._store.of_author, author)
        submitted = await self.submitted(subject)
        return [*map(_entry, kept), *({"submission": entry} for entry in submitted)]

    async def erase(self, subject: Subject) -> int:
        return (await self.erasure(subject)).erased

    async def submitted(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Where corrections of theirs were handed to. Ask before they are erased: nothing links them afterwards."""
        author = _author(subject)
        return () if author is None else _told(await asyncio.to_thread(self._submissions.of_author, author))

    async def erasure(self, subject: Subject) -> Erasure:
        """Erase, and tell what was handed on by then, for a receipt."""
        author = _author(subject)
        return Erasure(0, ()) if author is None else await asyncio.to_thread(self._erase, author)

    def _erase(self, author: Author) -> Erasure:
        erased, handed_on = self._submissions.erase(author)
        return Erasure(erased, _told(handed_on))


def _told(handed_on: Sequence[tuple[Submission, int]]) -> tuple[Mapping[str, Any], ...]:
    return tuple({**submission.to_json(), "corrections": number} for submission, number in handed_on)


def _author(subject: Subject) -> Author | None:
    if subject.kind == "user":
        return Author(subject.tenant, "", subject.name)
    return Author(subject.tenant, subject.name, "") if subject.kind == "client" else None


def _entry(kept: KeptCorrection) -> dict[str, Any]:
    correction = kept.correction
    texts, provenance = correction.texts, correction.provenance
    return {
        "id": kept.correction_id,
        "created_at": kept.created_at,
        "answer_id": correction.answer_id,
        "client_id": correction.author.client_id,
        "language": correction.language,
        "prompt": texts.prompt,
        "original": texts.original,
        "corrected": texts.corrected,
        "served_by": provenance.served_by,
        "model": provenance.model,
        "parameters": dict(provenance.parameters),
    }
