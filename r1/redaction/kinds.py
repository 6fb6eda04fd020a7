"""What is kept from leaving, and how a caller chooses among it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.errors import SettingsError

KINDS = (
    "secret",
    "url_credentials",
    "iban",
    "national_id",
    "bank_card",
    "email",
    "ip_address",
    "phone",
)
"""The most specific first: a value that two detectors see belongs to the first of them."""

ALL_KINDS: frozenset[str] = frozenset(KINDS)

DEFAULT_REGIONS = ("US", "GB", "CN", "DE", "FR")
"""Regions in which a telephone number within the country has a shape that few other numbers have. In others (Spain,
Hong Kong, Singapore) it is eight or nine digits and nothing else, as invoice numbers are; they must be asked for."""


@dataclass(frozen=True, slots=True)
class RedactionOptions:
    """What a `Redactor` takes. Raises `SettingsError` for a kind that does not exist or a region that is none."""

    kinds: frozenset[str] = ALL_KINDS
    regions: tuple[str, ...] = DEFAULT_REGIONS
    """ISO 3166 codes of the countries whose telephone numbers are known without their country code."""

    def __post_init__(self) -> None:
        unknown = sorted(self.kinds - ALL_KINDS)
        if unknown:
            raise SettingsError(f"redaction of {', '.join(unknown)} is unknown: use {', '.join(KINDS)}")
        for region in self.regions:
            if not re.fullmatch("[A-Z]{2}", region):
                raise SettingsError(f"telephone region {region!r} is no country code: use codes such as US or CN")
