"""Whether an answer bears out its question: a value of the kind that is asked for, and every word that weighs.

A quotation without a sum is no answer to "how much", one without a name is none to "who", and a line about the rent is
none to a question about notice, however near it is otherwise. Yes or no is the affair of the reader that gave it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.grids.ranges import results_of
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_GROUP, BY_RELATION, BY_ROOT, Sought, sought_of
from gateway.engines.reader.phrasing import is_quoted
from gateway.engines.reader.prose.doses import asks_dose
from gateway.engines.reader.words.values import find_values, of_kinds
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

WEIGHTY = 0.55
"""From this weight on, a word of the question must be borne out where the document has it."""
MOST_MISSING = 0.34
"""So much of what is asked, by weight, may be left out of what the document says elsewhere."""
LINES_AROUND = 1
"""So many lines before those of an answer may say what it is about."""
_FREE = re.compile(
    r"\b(?:free|nothing|included?|waived|no (?:extra )?(?:charge|fee|cost)|half|full|rest|months?['’])|免|含",
    re.IGNORECASE,
)
_SUM = re.compile(r"[\d$€£¥]")
_ATTRIBUTES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(said, re.IGNORECASE))
    for asked, said in (
        (r"\be-?mail address\b|电子?邮[箱件]", r"@"),
        (r"\bpassword\b|\bpass ?code\b|密码", r"\bpassword\b|\bcode\b|\bpin\b|\bkey:|密码"),
        (r"\b(?:bank )?account number\b|账号|帐号", r"\b(?:account|iban|a/c)\b|账号|帐号"),
        (r"\bparking\b|停车", r"\bpark|garage|停车|车位|车库"),
        (r"\bdate of birth\b|\bbirthday\b|生日|出生", r"\bborn\b|\bbirth\b|\bdob\b|生日|出生"),
    )
)
"""What must stand in an answer to a question for such a thing, or in its lines; see `demands` for measures."""
_QUALIFIERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"\b(?:late(?= (?:rent|fee|pay))|late(?= [^.]{0,20}charge)|overdue"
            r"|is (?:more than [^.]*)?late\b)|迟交|逾期|晚交"
        ),
        r"\b(?:lost|lose|losing)\b|丢|遗失",
        r"\bcancel\w*|取消",
    )
)
"""What makes another charge of a charge."""
_NAME = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Miss|Mdm|Prof|Nurse)\.? [A-Z]|(?<![.“] )(?<!^)\b[A-Z][\w'’-]+ (?:[A-Z]\. )?[A-Z][\w'’-]+"
    r"|\b[A-Z][a-z]+[,.]?$|[\u3400-\u9fff]"
)
_ASKS_NAME = re.compile(r"['’]s name\b|\bname of\b", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:workshop|people|person|anyone|landlord|landlady|tenants?"
    r"|owners?|manager|office|agency|agent|doctor|nurse"
    r"|teacher|staff|reception|guests?|parents?|company"
    r"|neighbou?r|desk|driver|children|adult|team|council|homeowner|renter|we|you|your)\b",
    re.IGNORECASE,
)
_EXACT_ROLES = frozenset(
    stem(word)
    for word in """
    gp anaesthetist anesthetist optician nurse dietitian pharmacist dentist agent witness neighbour cashier cleaner
    caretaker plumber electrician receptionist surgeon midwife therapist physiotherapist
    """.split()
)
"""Persons who are not meant by the name of another profession."""
_VAGUE = frozenset(
    stem(word)
    for word in """
    题 question task exercise ask say tell year month week day whole come came pay cost happen apartment flat house room
    charge fee price hour total sum
    """.split()
)


def is_borne_out(study: Study, question: Question, finding: Finding) -> bool:
    """False where the answer has no value of the kind asked for, or its place does not speak of what is asked."""
    if question.asks in ("whether", "order", "why", "how"):
        return True
    if lacks_attribute(question, finding) or (asks_dose(question) and _is_result(study, finding)):
        return False
    place = _place(finding)
    if _is_unqualified(study, question, _around(study, finding)):
        return False
    if not _has_kind(question, finding):
        return False
    sought = sought_of(study, question)
    if question.asks == "who" and not _right_role(sought, place):
        return False
    return not is_quoted(finding.text) or _speaks_of(study, question, finding, sought)


def _is_unqualified(study: Study, question: Question, place: str) -> bool:
    """True where the question is about late rent, a lost key or the like, and the place is about rent or keys alone."""
    asked, said = question.text, study.all_words.text
    return any(word.search(asked) and word.search(said) and not word.search(place) for word in _QUALIFIERS)


def lacks_attribute(question: Question, finding: Finding) -> bool:
    """True where a thing of a form of its own is asked for, as an address with an @, and none stands in the place."""
    place = _place(finding)
    return question.asks != "whether" and any(
        asked.search(question.text) and not said.search(place) for asked, said in _ATTRIBUTES
    )


def _place(finding: Finding) -> str:
    return " ".join([finding.text, *(line.text for line in finding.lines)])


def _has_kind(question: Question, finding: Finding) -> bool:
    """True when a value of the kind asked for stands in the answer, or words that stand for one."""
    text = finding.text
    if question.kinds == ("money",) and question.asks in ("much", "what"):
        return _SUM.search(text) is not None or _FREE.search(text) is not None
    if question.asks == "much" and question.language == "en":
        return bool(find_values(text)) or _SUM.search(text) is not None or _FREE.search(text) is not None
    if question.asks == "what" and _ASKS_NAME.search(question.text) and of_kinds(find_values(text), ("money",)):
        return _NAME.search(text) is not None
    if question.asks == "who":
        return _NAME.search(text) is not None or _ROLE.search(text) is not None
    return True


def _right_role(sought: Sequence[Sought], place: str) -> bool:
    """False where a person of a certain profession is asked for and the place names none."""
    words = Wording.of(place)
    roles = [word for word in sought if word.word in _EXACT_ROLES]
    return all(word.word in words.distinct or word.found_in(words) >= BY_GROUP for word in roles)


def _is_result(study: Study, finding: Finding) -> bool:
    """True for the line of a laboratory's table: what was measured is no dose."""
    return any(result.line in finding.lines for result in results_of(study))


def _around(study: Study, finding: Finding) -> str:
    """The answer with its lines, the line before them and the headings over them."""
    near = [*study.document.before(finding.lines[0], LINES_AROUND), *finding.lines]
    headings = [found.heading for found in study.sentences if found.lines[0] in finding.lines and found.heading]
    return " ".join((finding.text, *(line.text for line in (*near, *headings))))


def _speaks_of(study: Study, question: Question, finding: Finding, sought: Sequence[Sought]) -> bool:
    """True when most of what is asked, of the words that the document has, stands in the place or over it."""
    place = Wording.of(_around(study, finding))
    asked = [
        word for word in sought if word.word not in _VAGUE and not word.word.isdigit() and not _is_sort(word, question)
    ]
    least = BY_RELATION if len(asked) == 1 else 0.0
    missing = [
        word
        for word in asked
        if word.weight >= WEIGHTY
        and word.found_in(study.all_words) >= BY_ROOT
        and max(word.found_in(place), word.found_in(study.title)) <= least
    ]
    return sum(word.weight for word in missing) <= MOST_MISSING * sum(word.weight for word in asked)


def _is_sort(word: Sought, question: Question) -> bool:
    """True for the sort of thing that an answer names instead: "in which subject", 哪个科目."""
    asked = word.asked or word.word
    return (
        re.search(
            rf"\b(?:which|what) (?:\w+ )?{re.escape(asked)}\b|(?:哪|什么|第\d+).{{0,2}}{re.escape(asked)}",
            question.text.lower(),
        )
        is not None
    )
