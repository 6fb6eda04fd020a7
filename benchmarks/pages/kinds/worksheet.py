"""A worksheet: numbered questions, blanks to fill, multiple choice, tasks."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import conventions, person
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import PageTask, Quiz

_TOPICS = ("Time and Money", "Plants and Animals", "Weights and Measures", "Our Town", "Water and Weather", "Numbers")
_FACTS = (
    "What do plants need besides water to grow?",
    "Which is the longest river in your country?",
    "Why does ice float on water?",
    "How many days does February have in a leap year?",
    "What is the boiling point of water?",
    "Which gas do we breathe in?",
)
_BLANKS = (
    "A triangle has {} corners.",
    "The opposite of heavy is {}.",
    "There are {} grams in a kilogram.",
    "The plural of mouse is {}.",
    "Half of a dozen is {}.",
    "The sun rises in the {}.",
)
_CHOICES = (
    ("Which of these is a mammal?", ("trout", "whale", "eagle", "frog")),
    ("Which word is an adjective?", ("quickly", "garden", "gentle", "sing")),
    ("Which number is prime?", ("21", "27", "29", "33")),
    ("Which metal is liquid at room temperature?", ("iron", "mercury", "copper", "zinc")),
    ("Which unit measures length?", ("litre", "metre", "gram", "hour")),
)
_ORDERS = (
    "Write down three things that float.",
    "Draw a circle and mark its centre.",
    "Name two countries that share a border.",
    "Explain in one sentence what a budget is.",
    "List the four seasons.",
)
_MARKS = ("{}.", "{})", "({})")
_WHAT = ("What does question {} ask?", "What is asked in question {}?", "Read me question {}.")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Seven to ten tasks."""
    writes, teacher, due = conventions(chance), person(chance), chance.day()
    topic, group = chance.pick(_TOPICS), f"{chance.number(4, 9)}{chance.any_of('ABCD')}"
    minutes, points = chance.number(20, 60, 5), chance.number(2, 6)
    tasks = _tasks(chance)
    paper.title(f"Worksheet {chance.number(2, 19)}: {topic}")
    paper.skip(4)
    paper.fields((("Teacher:", f"{teacher.title} {teacher.name}"), ("Class:", group), ("Time:", f"{minutes} minutes")))
    paper.fields((("Hand in by:", writes.day(due)),))
    paper.skip(4)
    paper.line("Answer all questions. You may not use a calculator.")
    quiz = Quiz(paper, tasks=tasks)
    for task in tasks:
        paper.skip(chance.real(3, 9))
        paper.paragraph(task.text, indent=30, first=task.number)
        if task.options and len(task.options[0]) % 2:
            for option in task.options:
                paper.line(option, indent=46)
        elif task.options:
            _in_a_row(paper, task.options)
    paper.skip(10)
    paper.line(f"Each correct answer gives {points} points.")
    quiz.ask("field", "Who is the teacher?", accepted.words(teacher.last), "Teacher:")
    quiz.ask("field", "Which class is this worksheet for?", accepted.words(group), "Class:")
    quiz.ask("date", "When must the worksheet be handed in?", accepted.day(due), "Hand in by:")
    quiz.ask("unit", "How much time is there?", accepted.number(minutes) + " ?min", "Time:")
    texts = [task.text for task in tasks]
    quiz.ask("count", "How many questions are on the worksheet?", accepted.number(len(tasks)), *texts)
    quiz.ask("condition", "Is a calculator allowed?", accepted.no(), "not use a calculator")
    total = accepted.number(points * len(tasks))
    quiz.ask("arithmetic", "How many points can be reached in all?", total, "Each correct answer", *texts)
    number = chance.number(1, len(tasks))
    task = tasks[number - 1]
    asked = accepted.words(task.text.split("_")[0].strip())
    quiz.ask("page_task", chance.pick(_WHAT).format(number), asked, task.text)
    for number, task in enumerate(tasks, 1):
        if task.options:
            options = accepted.all_of(*(accepted.words(option.split(maxsplit=1)[1]) for option in task.options))
            quiz.ask("page_task", f"Which options does question {number} offer?", options, *task.options)
    quiz.unanswerable("What is the name of the school?", "Which page of the book should be read?")
    return quiz


def _tasks(chance: Chance) -> list[PageTask]:
    """By lot, in any order."""
    first, second = chance.number(12, 49), chance.number(3, 12)
    hour, minute, length = chance.number(7, 19), chance.number(10, 50, 5), chance.number(65, 190, 5)
    end = hour * 60 + minute + length
    price, pieces = chance.number(40, 380, 5), chance.number(3, 9)
    asked = [
        f"What is {first} times {second}?",
        f"What is {first * second} divided by {second}?",
        f"A film begins at {hour}:{minute:02d} and ends at {end // 60}:{end % 60:02d}. How long is it?",
        f"One pencil costs ${price / 100:.2f}. How much do {pieces} pencils cost?",
        *chance.some(_FACTS, 2),
    ]
    drawn = [PageTask("question", "", text) for text in chance.shuffled(asked)[: chance.number(3, 4)]]
    blank = "_" * chance.number(6, 12)
    drawn += [PageTask("blank", "", text.format(blank)) for text in chance.some(_BLANKS, chance.number(1, 3))]
    drawn += [PageTask("order", "", text) for text in chance.some(_ORDERS, chance.number(1, 2))]
    letters = chance.any_of(("A) B) C) D)", "a) b) c) d)", "A. B. C. D.")).split()
    for text, options in chance.some(_CHOICES, chance.number(1, 2)):
        lettered = tuple(f"{letter} {option}" for letter, option in zip(letters, options, strict=True))
        drawn.append(PageTask("choice", "", text, lettered))
    mark = chance.any_of(_MARKS)
    ordered = chance.shuffled(drawn)
    return [PageTask(task.kind, mark.format(at), task.text, task.options) for at, task in enumerate(ordered, 1)]


def _in_a_row(paper: Paper, options: tuple[str, ...]) -> None:
    """The options of a choice beside each other."""
    paper.line(options[0], indent=46)
    step = (paper.right - paper.left - 46) / len(options)
    for at, option in enumerate(options[1:], 1):
        paper.put(option, paper.left + 46 + at * step)
    paper.lines[-1] = " ".join(options)
