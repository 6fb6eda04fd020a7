"""A form that somebody filled in: labels and values in boxes, options ticked with an x."""

from __future__ import annotations

from datetime import date

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import address, conventions, people, phone, town
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz

_FORMS = (
    ("Application for a Parking Permit", "Vehicle registration", ("Resident", "Visitor", "Business")),
    ("Membership Form, Rowing Club", "Boat locker", ("Junior", "Adult", "Family")),
    ("Registration for a Language Course", "Course number", ("Beginner", "Intermediate", "Advanced")),
)
_JOBS = ("Electrician", "Nurse", "Librarian", "Baker", "Architect", "Translator", "Gardener")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Nine fields and a choice."""
    writes, place = conventions(chance), town(chance)
    who, contact = people(chance, 2)
    title, special, options = chance.any_of(_FORMS)
    born = date(chance.number(1950, 2006), chance.number(1, 12), chance.number(1, 28))
    signed, code, job = chance.day(), chance.code("@@ ###"), chance.pick(_JOBS)
    mail = f"{who.first.lower()}.{who.last.lower()}@example.org"
    number, fee = phone(chance), chance.number(1500, 9900, 50)
    paper.title(title)
    paper.line("Please write clearly in capital or small letters.", align=paper.style.title_align)
    paper.skip(8)
    fields = (
        ("First name:", who.first),
        ("Last name:", who.last),
        ("Date of birth:", writes.day(born)),
        ("Occupation:", job),
        ("Address:", address(chance, place)),
        ("Telephone:", number),
        ("E-mail:", mail),
        (f"{special}:", code),
        ("Emergency contact:", contact.name),
    )
    (_boxed if chance.happens(0.6) else _underlined)(paper, fields)
    ticked = chance.any_of(options)
    paper.skip(10)
    paper.line("Kind: " + "  ".join(f"[{'x' if option == ticked else ' '}] {option}" for option in options))
    paper.lines[-1] = " ".join(paper.lines[-1].split())
    paper.line(f"Fee: {writes.money(fee)}, payable in advance")
    paper.paragraph("A copy of an identity card must be enclosed, unless you have been registered before.")
    paper.skip(12)
    paper.line(f"{place}, {writes.day(signed)}")
    paper.line(f"Signature: {who.name}")
    quiz = Quiz(paper)
    quiz.ask("field", "What is the applicant's last name?", accepted.words(who.last), "Last name:")
    quiz.ask("date", "When was the applicant born?", accepted.day(born), "Date of birth:")
    quiz.ask("field", "What is the occupation?", accepted.words(job), "Occupation:")
    quiz.ask("field", "What is the e-mail address?", accepted.words(mail), "E-mail:")
    quiz.ask("field", f"What is the {special.lower()}?", accepted.words(code), f"{special}:")
    quiz.ask("field", "Who should be called in an emergency?", accepted.words(contact.name), "Emergency contact:")
    quiz.ask("field", "What is the telephone number?", accepted.words(number), "Telephone:")
    quiz.ask("text", "Which kind is ticked?", accepted.words(ticked), "Kind:")
    quiz.ask("field", "How much is the fee?", accepted.money(fee), "Fee:")
    quiz.ask("date", "When was the form signed?", accepted.day(signed), f"{place}, {writes.day(signed)}")
    quiz.ask(
        "condition",
        "When is a copy of the identity card not needed?",
        accepted.words("registered before"),
        "unless you have been registered before",
    )
    quiz.unanswerable("What is the applicant's nationality?", "How tall is the applicant?")
    return quiz


def _boxed(paper: Paper, fields: tuple[tuple[str, str], ...]) -> None:
    """Each value in a box of its own, all in one column."""
    size = paper.style.size
    at = paper.left + max(paper.width_of(label) for label, _ in fields) + 16
    for label, value in fields:
        paper.fields(((label, ""),))
        paper.labelled[-1] = (paper.labelled[-1][0], value)
        paper.lines[-1] = f"{label} {value}"
        paper.put(value, at + 6)
        paper.box(at, paper.baseline - size * 1.15, paper.right, paper.baseline + size * 0.45)
        paper.skip(size * 0.35)


def _underlined(paper: Paper, fields: tuple[tuple[str, str], ...]) -> None:
    """Each line ruled below."""
    for label, value in fields:
        paper.fields(((label, value),))
        paper.rule(paper.style.size * 0.4, 0.5)
