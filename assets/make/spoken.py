"""What the spoken samples say, in which voice, and which document they ask about.

English stays inside the domain of the shipped speech model and its trained voices, and every sentence is checked to
come out word for word; Chinese is for larger weights, since the shipped model knows English only.
"""

from __future__ import annotations

from assets.make.speech import Utterance

ENGLISH = (
    Utterance("invoice-total", "What is the total on this invoice?", "en-us+Andrea", 150, 50, about="invoice.png"),
    Utterance("invoice-due", "When is the invoice due?", "en-us+david", 155, 45, about="invoice.png"),
    Utterance("invoice-number", "What is the invoice number?", "en-gb-scotland", 155, 55, about="invoice.png"),
    Utterance("invoice-tax", "What is the tax on this invoice?", "en-gb+m2", 155, 50, about="invoice.png"),
    Utterance(
        "invoice-bank", "What is the bank account on this invoice?", "en-us+victor", 145, 55, about="invoice.png"
    ),
    Utterance("invoice-discount", "Is there a discount on this invoice?", "en-us+f4", 150, 55, about="invoice.png"),
    Utterance("letter-signed", "Who signed this letter?", "en-us+Alex", 150, 50, about="letter.png"),
    Utterance("letter-subject", "What is the subject of the letter?", "en-gb+edward", 155, 45, about="letter.png"),
    Utterance("letter-date", "What is the date on this letter?", "rms", engine="flite", about="letter.png"),
    Utterance("letter-daniel", "Does the letter mention Daniel?", "en-us+zac", 150, 45, about="letter.png"),
    Utterance("form-phone", "What is the phone number on this form?", "en-us+grandma", 150, 50, about="form.png"),
    Utterance("recipe-title", "What is the title of the recipe?", "kal16", engine="flite", about="recipe.png"),
    Utterance("recipe-eggs", "How many eggs do I need?", "en-us+f2", 155, 55, about="recipe.png"),
    Utterance("recipe-baking", "How long does the cake bake?", "en-gb+f3", 145, 45, about="recipe.png"),
    Utterance("recipe-line", "Read the third line of the recipe.", "en-us+john", 150, 50, about="recipe.png"),
    Utterance("report-author", "Who wrote this report?", "en-gb-x-rp+m4", 155, 55, about="report.pdf"),
    Utterance("report-pages", "How many pages does the report have?", "en-us+m1", 145, 50, about="report.pdf"),
    Utterance("report-conclusion", "What is the conclusion of the report?", "en-us+Annie", 150, 50, about="report.pdf"),
    Utterance("subtraction", "What is ninety minus thirty five?", "en-us+f4", 155, 45),
    Utterance("time", "What time is it?", "en-gb", 150, 50),
)
# espeak-ng's usual Chinese voice, cmn, turns most characters into pinyin and then reads that as English letters; the
# pinyin voice reads the same characters as Chinese.
_MANDARIN = "cmn-latn-pinyin"

CHINESE = (
    Utterance("notice-date", "停水日期是哪天？", _MANDARIN, 140, 45, about="notice-zh.png"),
    Utterance("notice-reason", "为什么停水？", _MANDARIN, 135, 55, about="notice-zh.png"),
    Utterance("notice-phone", "联系电话是多少？", f"{_MANDARIN}+f2", 140, 50, about="notice-zh.png"),
    Utterance("notice-where", "在哪里取水？", f"{_MANDARIN}+m3", 135, 50, about="notice-zh.png"),
)
