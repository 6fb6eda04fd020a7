"""A repair bill: fields, a table of parts and labour, sums that add up, conditions."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, address, conventions, person, phone, town
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

_WORKSHOPS = (
    ("Garage", "Vehicle", ("Brake pads, front", "Oil filter", "Engine oil, 5 litres", "Wiper blade", "Spark plug",
                           "Coolant hose", "Cabin air filter", "Headlamp bulb", "Timing belt")),
    ("Appliance Service", "Appliance", ("Drain pump", "Door seal", "Inlet hose", "Heating element", "Carbon brush",
                                        "Control board", "Drum belt", "Lint filter", "Thermostat")),
    ("Cycle Works", "Bicycle", ("Chain, 9 speed", "Brake cable", "Inner tube", "Rear tyre", "Bottom bracket", "Pedal",
                                "Gear lever", "Mudguard set", "Bell, brass")),
)  # fmt: skip
_VEHICLES = {
    "Vehicle": ("Corvo 1.6 estate", "Tarn 3 hatchback", "Merlin van, diesel", "Petrel GT"),
    "Appliance": ("washing machine WM 540", "dishwasher Aqualine 3", "tumble dryer TD 7", "oven Calor 60"),
    "Bicycle": ("touring bicycle, green", "city bicycle, black", "folding bicycle, red", "racing bicycle, white"),
}
_LABOUR = ("Labour", "Workshop time", "Mechanic's time")
_TOTAL = ("Total due", "Amount to pay", "Total", "Grand total", "Balance due")
_NUMBER = ("Bill number", "Bill no.", "Job number", "Order number", "Repair no.")
_HEADS = (("Description", "Qty", "Unit price", "Amount"), ("Part or work", "Quantity", "Price each", "Total"))


def draw(chance: Chance, paper: Paper) -> Quiz:
    """A bill of three to seven parts."""
    trade, object_label, parts = chance.any_of(_WORKSHOPS)
    writes, owner, worker, place = conventions(chance), person(chance), person(chance), town(chance)
    received = chance.day()
    repaired = received + timedelta(days=chance.number(1, 6))
    due = repaired + timedelta(days=chance.any_of((14, 21, 30)))
    guarantee_months = chance.any_of((3, 6, 12, 18))
    item, bill = chance.pick(_VEHICLES[object_label]), chance.code("@@-####")
    number_label = chance.pick(_NUMBER)
    paper.title(f"{worker.last} {trade}", 20)
    paper.line(address(chance, place), align=paper.style.title_align)
    paper.line(f"Phone {phone(chance)}", align=paper.style.title_align)
    paper.rule(10, 1.6)
    paper.heading("Repair bill")
    paper.fields(
        (
            (f"{number_label}:", bill),
            ("Customer:", owner.name),
            (f"{object_label}:", item),
            ("Received:", writes.day(received)),
            ("Repaired:", writes.day(repaired)),
            ("Payable by:", writes.day(due)),
        )
    )
    quiz = Quiz(paper)
    _table(chance, quiz, writes, parts)
    paper.skip(8)
    months = f"{guarantee_months} months"
    paper.paragraph(f"We guarantee our work for {months}, unless the {object_label.lower()} was opened by others.")
    paper.paragraph(f"Replaced parts are kept for {chance.number(5, 12)} days and returned only on request.")
    paper.line(f"Work done by {worker.name}.")
    quiz.ask("field", f"What is the {number_label.lower().replace('no.', 'number')}?", accepted.words(bill), bill)
    quiz.ask("field", "Who is the customer?", accepted.words(owner.name), owner.name)
    quiz.ask("date", "By when must the bill be paid?", accepted.day(due), "Payable by:")
    quiz.ask("date", f"When was the {object_label.lower()} repaired?", accepted.day(repaired), "Repaired:")
    quiz.ask("unit", "How long is the work guaranteed?", accepted.number(guarantee_months) + " ?month", months)
    quiz.ask("condition", "Does the guarantee hold if somebody else opens it?", accepted.no("unless"), "unless the")
    quiz.unanswerable("What is the customer's e-mail address?", "Which bank account should the money go to?")
    return quiz


def _table(chance: Chance, quiz: Quiz, writes: Conventions, parts: tuple[str, ...]) -> None:
    """The items and their sums, with the questions about them."""
    items = [
        (part, chance.number(1, 4), chance.number(350, 9900, 5)) for part in chance.some(parts, chance.number(3, 5))
    ]
    labour, hours, rate = chance.pick(_LABOUR), chance.number(1, 5), chance.number(3600, 6400, 100)
    items.append((labour, hours, rate))
    net = sum(count * price for _, count, price in items)
    percent = chance.any_of((5, 8, 10, 20))
    tax = round(net * percent / 100)
    rows = [(name, str(count), writes.money(price), writes.money(count * price)) for name, count, price in items]
    total_label = chance.pick(_TOTAL)
    tax_label = f"{chance.pick(('Tax', 'VAT', 'Sales tax'))} {percent}%"
    sums = [("Subtotal", net), (tax_label, tax), (total_label, net + tax)]
    rows += [("", "", label, writes.money(cents)) for label, cents in sums]
    columns = (Column("left", 3), Column("right"), Column("right"), Column("right"))
    quiz.paper.table((chance.any_of(_HEADS), *rows), columns)
    name, count, price = chance.any_of(items[:-1])
    quiz.ask("field", "What is the total of the bill?", accepted.money(net + tax), " ".join(rows[-1]))
    quiz.ask("field", "How much is the tax?", accepted.money(tax), tax_label)
    quiz.ask("cell", f"How much does one {name} cost?", accepted.money(price), name)
    quiz.ask("cell", f"How many of {name} were used?", accepted.number(count), name)
    quiz.ask("sum", "What do all parts and labour cost before tax?", accepted.money(net), "Subtotal")
    quiz.facts |= {"total": net + tax, "sign": writes.sign, "said": " ".join(rows[-1]).strip()}
    dearest = max(items, key=lambda item: item[1] * item[2])
    totals = [count * price for _, count, price in items]
    if totals.count(max(totals)) == 1:
        names = [item[0] for item in items]
        quiz.ask("largest", "Which line of the bill costs most?", accepted.words(dearest[0]), *names)
