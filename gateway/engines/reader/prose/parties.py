"""Who stands in which role: the parties of an agreement, who signs and as what, "our dietitian, Paula Niemi"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_GROUP, Sought, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence, shortened
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_ROLES = tuple(
    frozenset(stem(word) for word in group.split())
    for group in (
        "landlord landlady lessor 房东 出租方 出租人 甲方",
        "owner proprietor 房主 业主",
        "tenant renter lessee 租客 租户 承租方 承租人 乙方",
        "doctor physician md dr gp 医生 大夫 医师",
        "nurse rn 护士",
        "dentist dds 牙医",
        "guest 客人 房客",
        "optician optometrist 验光师 配镜师",
        "dietitian dietician nutritionist 营养师",
        "agent 中介 代理",
        "neighbour neighbor 邻居",
        "witness 见证人 证人",
        "buyer purchaser 买方 买家",
        "seller vendor 卖方 卖家",
        "contractor 承包商 承包方",
        "client customer 客户",
        "employer 雇主",
        "employee 员工",
        "manager 经理",
        "teacher 老师 教师",
        "principal headteacher 校长",
        "secretary 秘书",
        "contact 联系人",
    )
)
"""Names of the same role."""
_VERBS = (
    (re.compile(r"\bwho (?:owns|is it owned by)\b", re.IGNORECASE), "owner"),
    (re.compile(r"\bwho (?:rents (?:it |this |the \w+ )?out|lets|is letting|leases out)\b", re.IGNORECASE), "landlord"),
    (re.compile(r"\bwho (?:rents|is renting)\b(?!.* out\b)", re.IGNORECASE), "tenant"),
)
_DEGREES = {"MD": "doctor", "M.D.": "doctor", "DO": "doctor", "DDS": "dentist", "DVM": "vet", "RN": "nurse"}
"""What stands behind a name, and who has it."""
_NAMED = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?[A-Z][\w.'’-]+(?:(?: (?:and|&|of|de|van|von))? [A-Z][\w.'’-]+){1,4}"
_TITLED = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}"
_DEFINED = re.compile(
    r"[(（](?:hereinafter |hereafter |called |each an? |collectively )*(?:referred to as )?[\"“”'‘](?:the )?"
    r"(?P<role>[A-Z][\w ]{2,24})[\"“”'’][)）]"
    r"|[(（](?:以下)?(?:简称)?[:：]?[\"“”]?(?P<role_zh>[\u3400-\u9fff]{2,6})[\"“”]?[)）]"
)
_BETWEEN = re.compile(
    r"\b(?:between|by and between|from)(?: us,)? |[\"”'’][)）],? and |[\"”'’][)）][,;] ?", re.IGNORECASE
)
_ADDRESS = re.compile(r",? (?:of|at|residing|whose|who)\b.*$|, [^,]*\d.*$|, (?:born|a company)\b.*$", re.DOTALL)
_BESIDE = re.compile(
    rf"(?:\b[Oo]ur|\b[Yy]our|\b[Mm]y|\b[Tt]he|['’]s) (?P<role>[a-z]+(?: [a-z]+)?),? (?P<name>{_NAMED}|{_TITLED})"
)
_ALSO_ROLE = re.compile(rf"^(?P<name>{_NAMED}),? (?P<role>[A-Z]{{2,4}}|M\.D\.)$")
_KEYED = re.compile(rf"(?P<role>[A-Z][a-z]+(?:['’]s [a-z]+)?s?): ?(?P<name>{_NAMED}|{_TITLED})")
_KEYED_ZH = re.compile(r"(?P<role>[\u3400-\u9fff]{2,8}): ?(?P<name>[\u3400-\u9fff]{2,10})(?![\u3400-\u9fff])")
_ASKS_NAME = re.compile(r"\bname of\b|['’]s name\b|叫什么|姓什么|名字|是谁|哪位|姓名", re.IGNORECASE)
_NAMING = frozenset(
    stem(word)
    for word in "name call sign letter write send agreement contract lease document 信 写信 写 寄 签 签名".split()
)
"""Words beside the role that do not say which person."""
LEAST_ROLE = 0.8
_SIGNS = re.compile(r"\bsign|签", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a role."""

    role: str
    name: str
    lines: tuple[SourceLine, ...]


def parties_of(study: Study) -> Iterator[Party]:
    """Everybody of whom the document says in which role, those that it defines first."""
    yield from _defined(study)
    for found in study.sentences:
        for pattern in (_KEYED, _KEYED_ZH, _BESIDE):
            for match in pattern.finditer(found.text):
                yield Party(match["role"], _name(match["name"]), found.lines)
    for line in study.document.lines:
        also = _ALSO_ROLE.match(line.text)
        if also is not None and also["role"] in _DEGREES:
            yield Party(_DEGREES[also["role"]], f"{also['name']}, {also['role']}", (line,))


def _defined(study: Study) -> Iterator[Party]:
    """Those whom an agreement names once and then calls by their role: Ann Bell ("the Landlord")."""
    for found in study.sentences:
        start = 0
        for match in _DEFINED.finditer(found.text):
            before = found.text[start : match.start()]
            ends = [cut.end() for cut in _BETWEEN.finditer(found.text[: match.start()]) if cut.end() > start - 8]
            begin = max([start, *ends])
            before = re.sub(r"^(?:,? ?and |[,;和与] ?)", "", found.text[begin : match.start()].strip())
            name = _ADDRESS.sub("", before).strip(" ,")
            start = match.end()
            role = match["role"] or match["role_zh"]
            if name and len(name) <= 90:
                yield Party(role, name, found.lines)


def _name(text: str) -> str:
    return text.strip(" .,")


def answer_party(study: Study, question: Question) -> Finding | None:
    """Who has the role that the question names; None where it asks for something else, or no one has it."""
    if not (question.asks == "who" or question.wants_name or _ASKS_NAME.search(question.text)):
        return None
    asked = _role_asked(study, question)
    if asked is None:
        return None
    role, others = asked
    signs = _SIGNS.search(question.text) is not None
    best: tuple[float, Party] | None = None
    for party in parties_of(study):
        wording = Wording.of(party.role)
        if not _is_role(role, wording):
            continue
        around = Wording.of(" ".join(line.text for line in party.lines))
        if any(word.found_in(wording) < LEAST_ROLE and word.found_in(around) < LEAST_ROLE for word in others):
            continue
        extra = 0.1 * (len(wording.stems) - 1)
        score = 1.0 - extra + (party.lines[-1].index / len(study.document.lines) if signs else 0.0)
        if best is None or score > best[0]:
            best = (score, party)
    if best is None:
        return None
    party = best[1]
    chinese = question.language == "zh"
    put = f"{party.role}是{party.name}" if chinese and not party.role.isascii() else party.name
    return Finding(sentence(shortened(put), question.language), party.lines, 2.5, party.name)


def _role_asked(study: Study, question: Question) -> tuple[Sought, tuple[Sought, ...]] | None:
    """The role that the question names, and what else of weight it says; None for no role."""
    for pattern, role in _VERBS:
        if pattern.search(question.text):
            return Sought(stem(role), 1.0, ((stem(role), 1.0),), role), ()
    words = [word for word in sought_of(study, question) if word.word not in _NAMING]
    roles = [word for word in words if any(_in_group(word, group) for group in _ROLES)]
    if not roles:
        return None
    others = tuple(word for word in words if word is not roles[-1] and word.weight > 0.45)
    return roles[-1], others


def _in_group(word: Sought, group: frozenset[str]) -> bool:
    return word.word in group or any(form in group and strength >= BY_GROUP for form, strength in word.forms)


def _is_role(asked: Sought, role: Wording) -> bool:
    if asked.found_in(role) >= LEAST_ROLE:
        return True
    same = [group for group in _ROLES if _in_group(asked, group)]
    return any(
        set(role.stems) & group or any(word in role.text for word in group if not word.isascii()) for group in same
    )
