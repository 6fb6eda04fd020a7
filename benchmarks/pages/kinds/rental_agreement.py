"""A rental agreement: numbered clauses with sums, days and conditions."""

from __future__ import annotations

from datetime import date

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, address, conventions, people, town
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz, Statement

_HOMES = ("flat", "apartment", "house")
_ROOMS = (
    "two bedrooms, a kitchen and a bathroom",
    "three rooms, a kitchen and a balcony",
    "one bedroom, a living room and a small garden",
    "four rooms, a cellar and a garage",
)
_NUMBERED = ("{n}.", "§ {n}", "({n})")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """An agreement in eight or nine clauses."""
    writes, place = conventions(chance), town(chance)
    landlord, tenant, witness = people(chance, 3)
    home, rooms, where = chance.pick(_HOMES), chance.pick(_ROOMS), address(chance, place)
    signed = chance.day()
    begins = date(signed.year + signed.month // 12, signed.month % 12 + 1, 1)
    paper.title("Rental Agreement", 20)
    paper.skip(6)
    paper.fields(
        (
            ("Landlord:", landlord.name),
            ("Tenant:", tenant.name),
            ("Address:", where),
            ("Begins on:", writes.day(begins)),
        )
    )
    quiz = Quiz(paper)
    quiz.ask("field", "Who is the landlord?", accepted.words(landlord.name), "Landlord:")
    quiz.ask("field", "What is the name of the tenant?", accepted.words(tenant.name), "Tenant:")
    quiz.ask("date", "When does the tenancy begin?", accepted.day(begins), "Begins on:")
    style = chance.any_of(_NUMBERED)
    let = Statement(f"The landlord lets to the tenant the {home} at the above address. It has {rooms}.")
    clauses = [let, *_money(chance, writes), *_conditions(chance, writes)]
    for number, clause in enumerate(clauses, 1):
        paper.skip(5)
        quiz.state(clause, indent=30, first=style.format(n=number))
    paper.skip(12)
    paper.line(f"{place}, {writes.day(signed)}")
    paper.line(f"Signed in the presence of {witness.name}")
    quiz.ask("date", "When was the agreement signed?", accepted.day(signed), f"{place}, {writes.day(signed)}")
    last = accepted.number(len(clauses))
    quiz.ask("count", "How many clauses does the agreement have?", last, *(clause.text for clause in clauses))
    quiz.unanswerable("What is the landlord's telephone number?", "How large is the kitchen in square metres?")
    return quiz


def _money(chance: Chance, writes: Conventions) -> list[Statement]:
    """Rent, deposit, heating, delay."""
    rent = chance.number(48000, 145000, 500)
    heating, months, late = chance.number(4000, 12000, 500), chance.any_of((2, 3)), chance.number(500, 2500, 100)
    day = chance.any_of(("first", "third", "fifth", "tenth"))
    figure = {"first": 1, "third": 3, "fifth": 5, "tenth": 10}[day]
    total = accepted.money(rent + heating)
    return [
        Statement(
            f"The monthly rent is {writes.money(rent)}. "
            f"Heating and water cost another {writes.money(heating)} a month.",
            (
                ("field", "How much is the monthly rent?", accepted.money(rent)),
                ("field", "How much are heating and water a month?", accepted.money(heating)),
                ("arithmetic", "What do rent, heating and water come to in a month?", total),
            ),
        ),
        Statement(
            f"The rent is due on the {day} day of each month. Each late payment costs {writes.money(late)}.",
            (
                (
                    "text",
                    "On which day of the month is the rent due?",
                    rf"(?:{day}|(?<!\d){figure}(?:st|rd|th)?(?!\d))",
                ),
                ("field", "What does a late payment cost?", accepted.money(late)),
            ),
        ),
        Statement(
            f"The tenant pays a deposit of {months} months' rent, that is {writes.money(months * rent)}, "
            "and gets it back within six weeks after moving out, unless there is damage.",
            (
                ("field", "How much is the deposit?", accepted.money(months * rent)),
                ("condition", "When may the landlord keep the deposit?", "damage"),
                ("unit", "Within what time is the deposit returned?", accepted.number(6) + " ?week"),
            ),
        ),
    ]


def _conditions(chance: Chance, writes: Conventions) -> list[Statement]:
    """Four or five clauses about what is allowed and when."""
    notice, repair, visit = chance.any_of((1, 2, 3, 4)), chance.number(5000, 20000, 1000), chance.any_of((24, 48, 72))
    keys, hour = chance.number(2, 5), chance.any_of(("21:30", "22:00", "22:30"))
    months = "1 month" if notice == 1 else f"{notice} months"
    clauses = (
        Statement(
            f"Either party may end this agreement with notice of {months}, only in writing.",
            (
                ("unit", "How long is the period of notice?", accepted.number(notice) + " ?month"),
                ("condition", "Is it enough to give notice by telephone?", accepted.no("writing", "written")),
            ),
        ),
        Statement(
            "Pets may be kept only with the written consent of the landlord. Smoking indoors is not allowed.",
            (
                ("condition", "May the tenant keep a dog?", accepted.words("only with", "consent")),
                ("condition", "Is smoking indoors allowed?", accepted.no()),
            ),
        ),
        Statement(
            f"Small repairs up to {writes.money(repair)} are paid by the tenant, larger ones by the landlord.",
            (
                ("condition", "Up to what amount does the tenant pay for repairs?", accepted.money(repair)),
                ("text", "Who pays for large repairs?", accepted.words("landlord")),
            ),
        ),
        Statement(
            f"The landlord may enter only after notice of {visit} hours, unless there is an emergency.",
            (
                ("unit", "How many hours before a visit must the landlord give notice?", accepted.number(visit)),
                ("condition", "When may the landlord enter without notice?", "emergency"),
            ),
        ),
        Statement(
            f"The tenant receives {keys} keys. Copies may not be made without permission.",
            (
                ("count", "How many keys does the tenant get?", accepted.number(keys)),
                ("condition", "May the tenant have the keys copied?", accepted.no("without permission")),
            ),
        ),
        Statement(
            f"After {hour} there must be quiet. The washing machine may not be used then.",
            (("condition", "From what time must it be quiet?", accepted.clock(hour)),),
        ),
    )
    return chance.shuffled(clauses)[: chance.number(4, 5)]
