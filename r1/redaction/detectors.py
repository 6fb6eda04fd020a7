"""Which detector finds which kind. Each takes a reading (`reading.plain`) and gives spans, in order and apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from r1.redaction.accounts import find_bank_cards, find_ibans
from r1.redaction.addresses import find_emails, find_ip_addresses, find_url_credentials
from r1.redaction.identities import find_national_ids
from r1.redaction.kinds import KINDS, RedactionOptions
from r1.redaction.phones import find_phones
from r1.redaction.reading import Span
from r1.redaction.secret_values import find_secrets

Detector = Callable[[str], Iterable[Span]]


def detectors_for(options: RedactionOptions) -> Mapping[str, Detector]:
    """The detectors that `options` ask for, by kind, the most specific first."""
    detectors: dict[str, Detector] = {
        "secret": find_secrets,
        "url_credentials": find_url_credentials,
        "iban": find_ibans,
        "national_id": find_national_ids,
        "bank_card": find_bank_cards,
        "email": find_emails,
        "ip_address": find_ip_addresses,
        "phone": partial(find_phones, regions=options.regions),
    }
    return {kind: detectors[kind] for kind in KINDS if kind in options.kinds}
