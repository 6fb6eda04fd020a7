"""A letter from a clinic: an appointment, how to prepare, a medicine with its dose."""

from __future__ import annotations

from datetime import date, timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Person, address, conventions, people, phone, town
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz, Statement

_CLINICS = "Hillside Clinic|Eye Clinic|Day Surgery Centre|Heart Centre|Skin Clinic|Family Health Centre".split("|")
_EXAMINATIONS = (
    ("a blood test", "Laboratory"),
    ("an ultrasound examination", "Imaging"),
    ("an eye examination", "Ophthalmology"),
    ("a hearing test", "Audiology"),
    ("a knee examination", "Orthopaedics"),
    ("an allergy test", "Dermatology"),
)
_MEDICINES = "Tamolin|Perivax|Cordanol|Lumetrin|Bronadil|Zelaprim".split("|")
_BRING = "your insurance card|a list of your medicines|your earlier results|a warm jacket|your glasses".split("|")
_BORN_AT = "Which day was the patient born?|What is the patient's date of birth?|When was the patient born?".split("|")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """An invitation to an examination."""
    writes, place = conventions(chance), town(chance)
    patient, doctor, nurse = people(chance, 3)
    written = chance.day()
    visit = written + timedelta(days=chance.number(9, 40))
    born = date(chance.number(1938, 2004), chance.number(1, 12), chance.number(1, 28))
    clock = f"{chance.number(8, 16)}:{chance.any_of(('00', '15', '30', '45'))}"
    examination, department = chance.pick(_EXAMINATIONS)
    room, minutes, reference = chance.code("#.##"), chance.number(20, 90, 5), chance.code("@#-#####")
    paper.title(f"{place} {chance.pick(_CLINICS)}")
    paper.line(f"Department of {department}", align=paper.style.title_align)
    paper.line(address(chance, place), align=paper.style.title_align)
    paper.rule(9)
    paper.skip(8)
    paper.line(writes.day(written), align=chance.any_of(("left", "right")))
    paper.skip(8)
    paper.fields((("Patient:", patient.name), ("Date of birth:", writes.day(born)), ("Reference:", reference)))
    paper.skip(8)
    paper.line(f"Your appointment for {examination}", bold=True)
    paper.skip(4)
    paper.line(f"Dear {patient.formal},")
    paper.skip(4)
    paper.paragraph(
        f"Dr. {doctor.name} will see you on {writes.day(visit)} at {clock} in room {room}. "
        f"Please allow {minutes} minutes for the whole visit."
    )
    quiz = Quiz(paper)
    quiz.facts |= {"day": visit, "said": f"will see you on {writes.day(visit)}"}
    quiz.ask("field", "Who is the patient?", accepted.words(patient.name), "Patient:")
    quiz.ask("date", chance.pick(_BORN_AT), accepted.day(born), "Date of birth:")
    quiz.ask("date", "On which date is the appointment?", accepted.day(visit), writes.day(visit))
    quiz.follow_up("And at what time?", accepted.clock(clock), f"at {clock}")
    quiz.ask("text", "Which doctor will see the patient?", accepted.words(doctor.last), f"Dr. {doctor.name}")
    quiz.ask("field", "In which room is the appointment?", accepted.words(room), f"room {room}")
    quiz.ask("unit", "How long does the whole visit take?", accepted.number(minutes) + " ?min", f"{minutes} minutes")
    _instructions(chance, quiz, nurse)
    _medicine(chance, quiz)
    paper.skip(8)
    paper.line("Yours sincerely,")
    paper.skip(14)
    paper.line(f"Dr. {doctor.name}")
    paper.line(f"Department of {department}, telephone {phone(chance)}")
    quiz.unanswerable("What is the patient's blood pressure?", "Where can the patient park the car?")
    return quiz


def _instructions(chance: Chance, quiz: Quiz, nurse: Person) -> None:
    """How to prepare and how to cancel, with the questions about both."""
    hours, notice, fee = chance.number(4, 12), chance.any_of((24, 48, 36)), chance.number(20, 60, 5)
    quiz.paper.skip(6)
    quiz.state(
        Statement(
            f"Do not eat anything for {hours} hours before the examination. You may drink water, but no coffee. "
            f"Please bring {' and '.join(chance.some(_BRING, 2))}.",
            (
                ("condition", "May the patient eat in the hours before?", accepted.no()),
                ("unit", "For how many hours before must the patient not eat?", accepted.number(hours)),
            ),
        )
    )
    quiz.paper.skip(6)
    quiz.state(
        Statement(
            f"If you cannot come, tell {nurse.name} at least {notice} hours before. "
            f"Otherwise we have to charge a fee of ${fee}.",
            (
                ("unit", "How long before must the appointment be cancelled?", accepted.number(notice) + " ?hour"),
                ("field", "How much does a missed appointment cost?", accepted.money(fee * 100)),
            ),
        )
    )


def _medicine(chance: Chance, quiz: Quiz) -> None:
    """A paragraph about a medicine, with its questions."""
    medicine, dose, days = chance.pick(_MEDICINES), chance.any_of((5, 10, 20, 25, 40, 50)), chance.number(5, 21)
    other = chance.pick([name for name in _MEDICINES if name != medicine])
    times, often = chance.any_of((("once", 1), ("twice", 2), ("three times", 3)))
    quiz.paper.skip(6)
    quiz.paper.paragraph(
        f"Until then, take one tablet of {medicine} {dose} mg {times} a day for {days} days, with a meal. "
        f"Do not take it together with {other} unless your doctor has agreed."
    )
    quiz.ask(
        "unit", f"What is the dose of a {medicine} tablet?", accepted.number(dose) + " ?(?:mg|milli)", f"{dose} mg"
    )
    quiz.ask("unit", f"For how many days should {medicine} be taken?", accepted.number(days), f"for {days} days")
    per_day = rf"(?:{times.replace(' ', '[ ]')}|{accepted.number(often)})"
    quiz.ask("text", f"How often a day is {medicine} taken?", per_day, f"mg {times} a day")
    quiz.ask("condition", f"May {medicine} be taken together with {other}?", accepted.no("unless"), "together with")
