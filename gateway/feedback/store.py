"""The corrections that are kept, and the counts of those that are not. Blocking: call it on a thread."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    not_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from gateway.database import Database
from gateway.feedback.correction import Author, Correction, KeptCorrection, Provenance, Texts
from gateway.feedback.filters import FilterOptions, near_duplicate, over_cap
from gateway.feedback.near import bands_of, digest_of
from gateway.feedback.reasons import Reason
from gateway.feedback.tables import BANDS, CORRECTIONS, COUNTS, SUBMITTED, prepare

KEPT = "kept"
"""Stands among the reasons in the counts."""
MOST_COMPARED = 20
"""Corrections that a new one is compared with letter by letter: those that share most bands with it."""
MOST_OF_BAND = 100
"""Corrections looked up in one band: texts made from one template can crowd it."""
READ_AT_ONCE = 500
"""Rows held in memory while many are read."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of day, UTC."""
    return datetime.now(UTC)


def moment(at: datetime) -> str:
    """A time as it is stored: such texts sort as the times do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Kept:
    """The store has it."""

    correction_id: str


@dataclass(frozen=True, slots=True)
class _New:
    """A correction that may be kept, and what it is found by."""

    correction: Correction
    digest: str
    bands: tuple[int, ...]
    at: datetime

    @property
    def day(self) -> str:
        return _day(self.at)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which corrections of a tenant are meant."""

    tenant: str
    language: str = ""
    """Empty: all."""
    since: str = ""
    """A day or moment, ISO 8601 in UTC; empty: from the beginning."""


class FeedbackStore:
    """Corrections of all tenants. No method gives or changes what is not of the tenant it is asked for.

    Raises `DatabaseError`. `clock` gives the time of day.
    """

    def __init__(self, database: Database, options: FilterOptions | None = None, clock: Clock = utc_now) -> None:
        prepare(database)
        self._database = database
        self._options = options or FilterOptions()
        self._clock = clock

    def keep(self, correction: Correction) -> Kept | Reason:
        """Keep it, unless it is known or its author has given enough today. Committed on return.

        The very same from the same author is no second one: it gives the first one's id, so that a caller who heard no
        answer may send it again. Another one of the same answer takes the place of the first, unless that was handed to
        a fine-tune API: who corrects twice means the second.
        """
        new = _New(correction, digest_of(correction.texts), bands_of(correction.texts), self._clock())
        tenant = correction.author.tenant
        compared: set[str] = set()
        with self._database.reading() as connection:
            # What can be compared is compared before everybody else has to wait.
            alike = self._alike(connection, new, compared)
        with self._database.writing() as connection:
            self._alone(connection, tenant)
            verdict = self._verdict(connection, new, alike, compared)
            if isinstance(verdict, Kept):
                return verdict
            if verdict is None:
                identity = f"fb-{uuid.uuid4().hex}"
                handed_on = select(SUBMITTED.c.correction_id)
                connection.execute(delete(CORRECTIONS).where(_of_same_answer(new), CORRECTIONS.c.id.not_in(handed_on)))
                connection.execute(insert(CORRECTIONS).values(_row(identity, new)))
                bands = [{"tenant": tenant, "band": band, "correction_id": identity} for band in set(new.bands)]
                connection.execute(insert(BANDS), bands)
            _count(connection, tenant, new.day, correction.language, str(verdict or KEPT))
        return Kept(identity) if verdict is None else verdict

    def count(self, tenant: str, language: str, reason: Reason) -> None:
        """Note that a correction was rejected."""
        with self._database.writing() as connection:
            self._alone(connection, tenant)
            _count(connection, tenant, _day(self._clock()), language, str(reason))

    def corrections(self, selection: Selection) -> Iterator[KeptCorrection]:
        """Those selected, oldest first, and in the same order each time; holds few of them at once."""
        chosen = CORRECTIONS.c.tenant == selection.tenant
        if selection.language:
            chosen = and_(chosen, CORRECTIONS.c.language == selection.language)
        if selection.since:
            chosen = and_(chosen, CORRECTIONS.c.created_at >= selection.since)
        return self._read(chosen)

    def tenants(self) -> dict[str, int]:
        """How many corrections each tenant has, by its name."""
        counted = select(CORRECTIONS.c.tenant, func.count()).group_by(CORRECTIONS.c.tenant)
        with self._database.reading() as connection:
            rows = connection.execute(counted.order_by(CORRECTIONS.c.tenant)).all()
        return {row[0]: row[1] for row in rows}

    def of_author(self, author: Author) -> list[KeptCorrection]:
        """All of one user's, or of one client's that names no user."""
        return list(self._read(by_author(author)))

    def _read(self, chosen: ColumnElement[bool]) -> Iterator[KeptCorrection]:
        rows = (
            select(CORRECTIONS)
            .where(chosen, CORRECTIONS.c.consent)
            .order_by(CORRECTIONS.c.created_at, CORRECTIONS.c.id)
        )
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(rows).mappings():
                yield kept_correction(row)

    def _alone(self, connection: Connection, tenant: str) -> None:
        """From here on nobody else writes feedback of this tenant until the transaction ends. SQLite has one writer."""
        if not self._database.is_sqlite:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"feedback:{tenant}"}
            )

    def _verdict(
        self, connection: Connection, new: _New, alike: Reason | None, compared: set[str]
    ) -> Kept | Reason | None:
        author, of_tenant = new.correction.author, CORRECTIONS.c.tenant == new.correction.author.tenant
        found = select(CORRECTIONS).where(of_tenant, CORRECTIONS.c.digest == new.digest)
        same = connection.execute(found).mappings().first()
        if same is not None:
            mine = (author.client_id, author.user_id, new.correction.answer_id)
            again = (same["client_id"], same["user_id"], same["answer_id"]) == mine
            return Kept(same["id"]) if again else Reason.DUPLICATE
        today = and_(by_author(author), CORRECTIONS.c.day == new.day)
        given = connection.scalar(select(func.count()).select_from(CORRECTIONS).where(today)) or 0
        return over_cap(given, self._options) or alike or self._alike(connection, new, compared)

    def _alike(self, connection: Connection, new: _New, compared: set[str]) -> Reason | None:
        """Whether nearly the same is kept, by those that were not `compared` yet; they are then."""
        tenant = new.correction.author.tenant
        shared = Counter(connection.scalars(_sharing(tenant, new.bands)))
        likely = sorted(shared.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_COMPARED]
        found = {identity for identity, _ in likely} - compared
        if not found:
            return None
        compared |= found
        others = and_(CORRECTIONS.c.tenant == tenant, not_(_of_same_answer(new)))
        rows = select(CORRECTIONS).where(others, CORRECTIONS.c.id.in_(found))
        kept = [kept_correction(row).correction.texts for row in connection.execute(rows).mappings()]
        return near_duplicate(new.correction.texts, kept, self._options)


def _of_same_answer(new: _New) -> ColumnElement[bool]:
    """The condition for earlier ones by the same author of the same answer, of which a reply may hold several."""
    author, texts = new.correction.author, new.correction.texts
    return and_(
        CORRECTIONS.c.tenant == author.tenant,
        CORRECTIONS.c.client_id == author.client_id,
        CORRECTIONS.c.user_id == author.user_id,
        CORRECTIONS.c.answer_id == new.correction.answer_id,
        CORRECTIONS.c.original == texts.original,
    )


def _sharing(tenant: str, bands: Sequence[int]) -> CompoundSelect[Any]:
    """The ids of those in each of `bands`, of a crowded one a part."""
    of_band = (
        select(BANDS.c.correction_id)
        .where(BANDS.c.tenant == tenant, BANDS.c.band == band)
        .order_by(BANDS.c.correction_id)
        .limit(MOST_OF_BAND)
        .subquery()
        for band in sorted(set(bands))
    )
    return union_all(*map(select, of_band))


def by_author(author: Author) -> ColumnElement[bool]:
    """The condition for an author's rows. A user may come through any client of the tenant."""
    of_tenant = and_(CORRECTIONS.c.tenant == author.tenant, CORRECTIONS.c.user_id == author.user_id)
    return of_tenant if author.user_id else and_(of_tenant, CORRECTIONS.c.client_id == author.client_id)


def kept_correction(row: RowMapping | Mapping[str, Any]) -> KeptCorrection:
    """What a row of the table holds."""
    return KeptCorrection(
        row["id"],
        row["created_at"],
        Correction(
            answer_id=row["answer_id"],
            author=Author(row["tenant"], row["client_id"], row["user_id"]),
            texts=Texts(row["original"], row["corrected"], row["prompt"]),
            language=row["language"],
            provenance=Provenance(row["served_by"], row["model"], json.loads(row["parameters"])),
        ),
    )


def _row(identity: str, new: _New) -> dict[str, Any]:
    correction = new.correction
    author, texts, provenance = correction.author, correction.texts, correction.provenance
    return {
        "id": identity,
        "tenant": author.tenant,
        "client_id": author.client_id,
        "user_id": author.user_id,
        "answer_id": correction.answer_id,
        "language": correction.language,
        "created_at": moment(new.at),
        "day": new.day,
        "consent": True,
        "prompt": texts.prompt,
        "original": texts.original,
        "corrected": texts.corrected,
        "served_by": provenance.served_by,
        "model": provenance.model,
        "parameters": json.dumps(dict(provenance.parameters), sort_keys=True),
        "digest": new.digest,
    }


def _day(at: datetime) -> str:
    return moment(at)[:10]


def _count(connection: Connection, tenant: str, day: str, language: str, reason: str) -> None:
    key = {"tenant": tenant, "day": day, "language": language, "reason": reason}
    found = and_(*(COUNTS.c[name] == value for name, value in key.items()))
    if not connection.execute(update(COUNTS).where(found).values(number=COUNTS.c.number + 1)).rowcount:
        connection.execute(insert(COUNTS).values(**key, number=1))
