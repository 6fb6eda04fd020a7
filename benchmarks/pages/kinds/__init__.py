"""The kinds of pages, one module each."""

from __future__ import annotations

from benchmarks.pages.fonts import CHINESE
from benchmarks.pages.kinds import (
    bank_statement,
    bilingual,
    bus_timetable,
    clinic_letter,
    email,
    filled_form,
    invoice,
    letter,
    menu,
    minutes,
    newsletter,
    notice_zh,
    price_list,
    receipt_zh,
    recipe,
    rental_agreement,
    repair_bill,
    schedule_zh,
    school_report,
    warranty,
    worksheet,
    worksheet_zh,
)
from benchmarks.pages.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    "repair_bill": Kind(repair_bill.draw),
    "clinic_letter": Kind(clinic_letter.draw),
    "rental_agreement": Kind(rental_agreement.draw),
    "worksheet": Kind(worksheet.draw),
    "bus_timetable": Kind(bus_timetable.draw),
    "notice_zh": Kind(notice_zh.draw, "zh"),
    "receipt_zh": Kind(receipt_zh.draw, "zh", page=receipt_zh.PAGE),
    "invoice": Kind(invoice.draw),
    "price_list": Kind(price_list.draw),
    "school_report": Kind(school_report.draw),
    "recipe": Kind(recipe.draw),
    "filled_form": Kind(filled_form.draw),
    "email": Kind(email.draw, latin=email.FAMILIES),
    "newsletter": Kind(newsletter.draw),
    "bank_statement": Kind(bank_statement.draw, latin=bank_statement.FAMILIES),
    "minutes": Kind(minutes.draw),
    "warranty": Kind(warranty.draw),
    "bilingual": Kind(bilingual.draw, latin=CHINESE),
    "letter": Kind(letter.draw),
    "menu": Kind(menu.draw),
    "schedule_zh": Kind(schedule_zh.draw, "zh"),
    "worksheet_zh": Kind(worksheet_zh.draw, "zh"),
}
"""By name."""
