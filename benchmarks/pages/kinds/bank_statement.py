"""A bank statement: columns of days and sums, a balance that runs down the page."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.fonts import Family
from benchmarks.pages.invented import Conventions, conventions, person, town
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

FAMILIES = (Family.SANS, Family.MONO, Family.GOTHIC, Family.SONG)
_BANKS = ("Savings Bank", "Merchant Bank", "Credit Union", "Cooperative Bank")
_PAYEES = (
    "Electric company|Grocery store|Water works|Bookshop|Petrol station|Insurance|Telephone bill|Pharmacy|Dentist|"
    "Train ticket|Garden centre|Shoe shop"
).split("|")
_INCOMES = ("Salary", "Refund", "Rent received", "Interest")
_ASK = ("How much was paid to {}?", "What was the amount for {}?", "How much went to {}?")

Entry = tuple[str, int]
"""Text, and cents: negative when paid out."""


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Six to nine entries."""
    writes, place, holder = conventions(chance), town(chance), person(chance)
    account, opened = chance.code("#### #### ##"), chance.number(80000, 400000)
    first = chance.day()
    payees = chance.some(_PAYEES, chance.number(5, 7))
    entries: list[Entry] = [(name, -chance.number(450, 24000)) for name in payees]
    entries += [(name, chance.number(9000, 280000)) for name in chance.some(_INCOMES, chance.number(1, 2))]
    entries = chance.shuffled(entries)
    paper.title(f"{place} {chance.pick(_BANKS)}")
    paper.line("Account statement", align=paper.style.title_align, size=14)
    paper.skip(6)
    fields = (("Account holder:", holder.name), ("Account:", account), ("Opening balance:", writes.money(opened)))
    paper.fields(fields)
    paper.skip(4)
    days = [first + timedelta(days=at * chance.number(1, 3) if at else 0) for at in range(len(entries))]
    days.sort()
    balance = opened + sum(cents for _, cents in entries)
    quiz = Quiz(paper)
    _table(chance, quiz, entries, [f"{day.day:02d}.{day.month:02d}." for day in days], opened)
    paper.fields((("Closing balance:", writes.money(balance)),))
    paper.skip(8)
    limit, fee = chance.number(20000, 90000, 5000), chance.number(150, 900, 50)
    overdraft = f"You may overdraw the account by up to {writes.money(limit)}, only with our consent."
    paper.paragraph(overdraft)
    paper.paragraph(f"A paper statement costs {writes.money(fee)}, unless it is the first of the year.")
    _ask(quiz, writes, opened, balance)
    quiz.ask("field", "Whose account is it?", accepted.words(holder.name), "Account holder:")
    quiz.ask("field", "What is the account number?", accepted.words(account), f"Account: {account}")
    quiz.ask("condition", "By how much may the account be overdrawn?", accepted.money(limit), overdraft)
    quiz.ask("condition", "Which paper statement is free?", accepted.words("first"), "unless it is the first")
    quiz.unanswerable("What is the interest rate?", "What is the holder's date of birth?")
    return quiz


def _table(chance: Chance, quiz: Quiz, entries: list[Entry], days: list[str], opened: int) -> None:
    rows, balance = [], opened
    for day, (name, cents) in zip(days, entries, strict=True):
        balance += cents
        paid_out = f"{-cents / 100:,.2f}" if cents < 0 else ""
        paid_in = f"{cents / 100:,.2f}" if cents > 0 else ""
        rows.append((day, name, paid_out, paid_in, f"{balance / 100:,.2f}"))
    right = Column("right")
    head = ("Date", "Description", "Paid out", "Paid in", "Balance")
    quiz.paper.table((head, *rows), (Column("left", 0.4), Column("left", 2), right, right, right))
    text = {row[1]: " ".join(cell for cell in row if cell) for row in rows}
    out = [(name, -cents) for name, cents in entries if cents < 0]
    (name, cents), (other, other_cents) = chance.shuffled(out)[:2]
    quiz.ask("cell", chance.pick(_ASK).format(name), accepted.money(cents), text[name])
    quiz.follow_up(f"And for {other}?", accepted.money(other_cents), text[other])
    last = rows[chance.number(1, len(rows) - 1)]
    running = accepted.money(round(float(last[4].replace(",", "")) * 100))
    quiz.ask("cell", f"What was the balance after the entry {last[1]}?", running, text[last[1]])
    quiz.ask("count", "How many entries are in the statement?", accepted.number(len(rows)), *text.values())
    paid = [text[name] for name, _ in out]
    quiz.ask("sum", "How much was paid out in all?", accepted.money(sum(cents for _, cents in out)), *paid)
    largest = max(out, key=lambda entry: entry[1])[0]
    quiz.ask("largest", "What was the largest payment out?", accepted.words(largest), *paid)


def _ask(quiz: Quiz, writes: Conventions, opened: int, balance: int) -> None:
    quiz.ask("field", "What was the opening balance?", accepted.money(opened), "Opening balance:")
    quiz.ask(
        "field", "What is the closing balance?", accepted.money(balance), f"Closing balance: {writes.money(balance)}"
    )
