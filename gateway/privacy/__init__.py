"""What is kept of a user: under which key, how they get it, and how it goes.

Every subject's digests and pseudonyms in the audit log are made with a key of its own. To destroy that key makes them
meaningless, while the log's chain of hashes still verifies.
"""

from gateway.privacy.erasure import Erased, Export, Privacy, Receipt
from gateway.privacy.gateway_key import GatewayKey, open_gateway_key
from gateway.privacy.subject import HandsOn, Subject, SubjectData, subject_of

__all__ = [
    "Erased",
    "Export",
    "GatewayKey",
    "HandsOn",
    "Privacy",
    "Receipt",
    "Subject",
    "SubjectData",
    "open_gateway_key",
    "subject_of",
]
