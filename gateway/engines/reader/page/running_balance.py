"""Empty cells of account statements: whether a sum was paid in or out is told by the balance beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from gateway.engines.reader.words.values import amount_of

_BALANCE = re.compile(r"balance|余额|结余", re.IGNORECASE)
_IN = re.compile(r"\bin\b|credit|deposit|received|income|收入|存入|贷", re.IGNORECASE)
_OUT = re.compile(r"\bout\b|debit|withdraw|spent|expense|支出|取出|借", re.IGNORECASE)


def filled(
    heads: Sequence[str], grid: Sequence[tuple[str, ...]], opening: Decimal | None = None
) -> list[tuple[str, ...]]:
    """`grid` with as many cells in each row as there are heads; a row one short gets its empty cell where it belongs.

    Where nothing tells the place, the empty cell comes last but one: labels stand left, sums right. `opening` is the
    balance before the first row, where it is known.
    """
    width = len(heads)
    balance = next((place for place, head in enumerate(heads) if _BALANCE.search(head)), None)
    inward = next((place for place, head in enumerate(heads) if _IN.search(head)), None)
    outward = next((place for place, head in enumerate(heads) if _OUT.search(head)), None)
    whole: list[tuple[str, ...]] = []
    before = opening
    for cells in grid:
        row = cells
        if len(cells) == width - 1:
            empty = max(1, width - 2)
            if balance == width - 1 and inward is not None and outward is not None:
                after, moved = amount_of(cells[-1]), amount_of(cells[min(inward, outward)])
                if before is None or after is None or moved is None:
                    empty = inward
                else:
                    paid_out = abs(before - moved - after) < abs(before + moved - after)
                    empty = inward if paid_out else outward
            row = (*cells[:empty], "", *cells[empty:])
        before = amount_of(row[-1]) if balance == width - 1 else None
        whole.append(row)
    return whole
