"""An invoice: sender, two blocks of fields side by side, a table with numbered lines, a discount."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, address, conventions, person, town
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

_FIRMS = ("Copper Kettle Supplies", "Birchwood Furniture", "Lark Print Shop", "Seaview Cleaning", "Falcon Office Goods")
_GOODS = (
    "Desk lamp|Office chair|Filing cabinet|Paper, 500 sheets|Whiteboard|Ink cartridge|Wall clock|Bookshelf|"
    "Coat stand|Waste basket|Notice board|Letter scale"
).split("|")
_DAYS = ("14 days", "30 days", "10 days")
_SHIP = ("Delivery", "Shipping", "Freight")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Three to six lines."""
    writes, place, buyer = conventions(chance), town(chance), person(chance)
    firm, number, customer = chance.pick(_FIRMS), chance.code("####-###"), chance.code("C####")
    issued = chance.day()
    days = chance.pick(_DAYS)
    due = issued + timedelta(days=int(days.split()[0]))
    paper.line(firm, size=15, bold=True)
    paper.line(address(chance, place))
    paper.skip(14)
    paper.line("INVOICE", align=chance.any_of(("left", "right", "centre")), size=19, bold=True)
    paper.skip(6)
    paper.pairs(
        (
            ("Invoice no.:", number),
            ("Date:", writes.day(issued)),
            ("Customer no.:", customer),
            ("Due:", writes.day(due)),
        )
    )
    paper.skip(6)
    paper.line(f"Bill to: {buyer.name}")
    paper.line(address(chance, place))
    quiz = Quiz(paper)
    _table(chance, quiz, writes)
    percent = chance.number(2, 3)
    paper.skip(8)
    paper.paragraph(f"Payable within {days}. Deduct {percent}% if you pay within a week. Goods cannot be returned "
                    "once they have been assembled.")  # fmt: skip
    quiz.ask("field", "What is the invoice number?", accepted.words(number), number)
    quiz.ask("field", "What is the customer number?", accepted.words(customer), customer)
    quiz.ask("date", chance.pick(("When is the invoice due?", "By what date must I pay?", "What is the due date?")),
             accepted.day(due), "Due:")  # fmt: skip
    quiz.ask("field", "Who is being billed?", accepted.words(buyer.name), f"Bill to: {buyer.name}")
    quiz.ask("condition", "Can assembled goods be returned?", accepted.no(), "Goods cannot be returned once")
    quiz.ask("condition", "How many percent can I deduct if I pay within a week?", accepted.number(percent), "Deduct")
    quiz.unanswerable("What is the tracking number of the parcel?", "Who signed the invoice?")
    return quiz


def _table(chance: Chance, quiz: Quiz, writes: Conventions) -> None:
    goods = chance.some(_GOODS, chance.number(3, 6))
    items = [(name, chance.number(1, 9), chance.number(250, 21000, 50)) for name in goods]
    net = sum(count * price for _, count, price in items)
    delivery = chance.number(500, 3500, 100)
    label = chance.pick(_SHIP)
    rows = [
        (f"{at}", name, str(count), writes.money(price), writes.money(count * price))
        for at, (name, count, price) in enumerate(items, 1)
    ]
    rows += [
        ("", "Net amount", "", "", writes.money(net)),
        ("", label, "", "", writes.money(delivery)),
        ("", "Total", "", "", writes.money(net + delivery)),
    ]
    head = ("Pos.", "Article", "Qty", "Price", "Amount")
    right = Column("right")
    quiz.paper.table((head, *rows), (Column("left", 0.3), Column("left", 3), right, right, right))
    (name, count, price), (other, _, other_price) = chance.shuffled(items)[:2]
    quiz.ask("field", "What is the total?", accepted.money(net + delivery), f"Total {writes.money(net + delivery)}")
    quiz.ask(
        "field", f"How much is the {label.lower()}?", accepted.money(delivery), f"{label} {writes.money(delivery)}"
    )
    quiz.ask("cell", f"What is the price of one {name}?", accepted.money(price), name)
    quiz.ask(
        "cell", f"How many {other} were ordered?", accepted.number(next(c for n, c, _ in items if n == other)), other
    )
    quiz.ask("cell", f"What does the line for {name} come to?", accepted.money(count * price), name)
    quiz.ask("count", "How many articles does the invoice list?", accepted.number(len(items)), *goods)
    quiz.facts |= {"total": net + delivery, "sign": writes.sign, "said": f"Total {writes.money(net + delivery)}"}
    pieces = sum(item[1] for item in items)
    quiz.ask("sum", "How many pieces were ordered in all?", accepted.number(pieces), *goods)
    if price != other_price:
        dearer, cheaper = (name, other) if price > other_price else (other, name)
        quiz.ask(
            "largest", f"Which costs more a piece, {name} or {other}?", accepted.rather(dearer, cheaper), name, other
        )
