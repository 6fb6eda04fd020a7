"""Keeps personal and secret values from leaving: placeholders go out in their stead, and come back as the values.

redaction = Redactor().redact(prompt)
send(redaction.text)                   # "Write to <EMAIL_1> about ..."
restorer = redaction.restorer()        # one for each channel of the answer
for piece in answer:
    print(restorer.feed(piece), end="")
print(restorer.flush())
"""

from r1.redaction.kinds import ALL_KINDS, DEFAULT_REGIONS, RedactionOptions
from r1.redaction.redactor import Redaction, Redactor
from r1.redaction.restorer import Restorer

__all__ = ["ALL_KINDS", "DEFAULT_REGIONS", "Redaction", "RedactionOptions", "Redactor", "Restorer"]
