"""The audit log: every call, also those that were denied, and never what was said in it.

    log = open_audit_log(database, gateway_key)          # a CallSink
    page = search(database, AuditQuery(client_id="…"))
    found = verify(database, gateway_key)                # every row, against the chain of hashes
    removed = retain(database, gateway_key, days=180)

All but `AuditLog.note` block.
"""

from gateway.audit.entry import AuditEntry
from gateway.audit.log import AuditLog, open_audit_log
from gateway.audit.retention import outlived, retain, retain_daily
from gateway.audit.scribe import AuditHealth, AuditOptions
from gateway.audit.search import AuditPage, AuditQuery, search
from gateway.audit.subject_data import AuditData
from gateway.audit.verification import Verification, Witness, verify

__all__ = [
    "AuditData",
    "AuditEntry",
    "AuditHealth",
    "AuditLog",
    "AuditOptions",
    "AuditPage",
    "AuditQuery",
    "Verification",
    "Witness",
    "open_audit_log",
    "outlived",
    "retain",
    "retain_daily",
    "search",
    "verify",
]
