"""What came in: counts by reason, language, tenant and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from gateway.database import Database
from gateway.feedback.store import KEPT
from gateway.feedback.tables import COUNTS


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of corrections. They outlive an erasure: nothing in them is anybody's."""

    kept: int
    rejected: int
    by_reason: Mapping[str, int]
    """Why they were rejected, the most frequent first."""
    by_language: Mapping[str, tuple[int, int]]
    """Kept and rejected."""
    by_tenant: Mapping[str, tuple[int, int]]
    by_day: Mapping[str, tuple[int, int]]
    """UTC, oldest first."""

    def to_json(self) -> dict[str, Any]:
        """As `feedback stats --json` prints it."""
        tables = {"by_language": self.by_language, "by_tenant": self.by_tenant, "by_day": self.by_day}
        return {"kept": self.kept, "rejected": self.rejected, "by_reason": dict(self.by_reason)} | {
            name: {key: {"kept": kept, "rejected": rejected} for key, (kept, rejected) in table.items()}
            for name, table in tables.items()
        }


def read_statistics(database: Database, tenant: str | None, since_day: str = "") -> Statistics:
    """The counts of one tenant, or of all for None, from a day on (ISO 8601). Blocking. Raises `DatabaseError`."""
    wanted = select(COUNTS).where(COUNTS.c.day >= since_day)
    if tenant is not None:
        wanted = wanted.where(COUNTS.c.tenant == tenant)
    reasons: Counter[str] = Counter()
    tables: dict[str, dict[str, list[int]]] = {"language": {}, "tenant": {}, "day": {}}
    with database.reading() as connection:
        for row in connection.execute(wanted.order_by(*COUNTS.primary_key)).mappings():
            reasons[row["reason"]] += row["number"]
            for name, table in tables.items():
                table.setdefault(row[name], [0, 0])[0 if row["reason"] == KEPT else 1] += row["number"]
    kept = reasons.pop(KEPT, 0)
    ordered = {
        name: {key: (counts[0], counts[1]) for key, counts in sorted(table.items())} for name, table in tables.items()
    }
    return Statistics(
        kept=kept,
        rejected=reasons.total(),
        by_reason=dict(sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))),
        by_language=ordered["language"],
        by_tenant=ordered["tenant"],
        by_day=ordered["day"],
    )
