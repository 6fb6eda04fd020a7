"""What the spoken samples say, and in which voice.

English stays inside the domain of the shipped speech model and its trained voices; Chinese is for real weights.
"""

from __future__ import annotations

from assets.make.speech import Utterance

ENGLISH = (
    Utterance("invoice-total", "What is the total on this invoice?", "en-us+Andrea", 150, 50),
    Utterance("invoice-due", "When is the invoice due?", "en-us+david", 145, 40),
    Utterance("letter-signed", "Who signed this letter?", "en-us+Alex", 150, 50),
)
