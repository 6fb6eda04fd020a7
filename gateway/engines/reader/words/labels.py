"""Labels of fields: which field a phrase names, in a document or in a question."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gateway.engines.reader.words.synonyms import OPTIONAL, SYNONYMS
from gateway.engines.reader.words.vocabulary import FIELDS, Field
from gateway.engines.reader.words.wording import TOKEN, Concept
from text.passages import stem
from text.script import has_ideographs


def stems_of(form: str) -> tuple[str, ...]:
    """The words of a form of the vocabulary, as they are compared."""
    return tuple(stem(word) for word in TOKEN.findall(form))


@lru_cache(maxsize=1)
def english_labels() -> tuple[tuple[tuple[str, ...], Field], ...]:
    """Every English label of every field as stems, longest first."""
    labels = [(stems_of(label), field) for field in FIELDS for label in field.labels if not has_ideographs(label)]
    return tuple(sorted(labels, key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=1)
def chinese_labels() -> tuple[tuple[str, Field], ...]:
    """Every Chinese label of every field, longest first."""
    labels = [(label, field) for field in FIELDS for label in field.labels if has_ideographs(label)]
    return tuple(sorted(labels, key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=1)
def _exact() -> dict[str, Field]:
    labels: dict[str, Field] = {}
    for field in FIELDS:
        for label in field.labels:
            labels.setdefault(" ".join(stems_of(label)), field)
    return labels


def field_of_label(label: str) -> Field | None:
    """The field that a document calls `label`, exactly; None when it is no label we know."""
    return _exact().get(" ".join(stems_of(label.lower())))


def label_concept(field: Field, *, loose: bool = False) -> Concept:
    """What a label of the field looks like."""
    return concept_of(field.name, field.loose if loose else field.labels, optional=False)


def concept_of(asked: str, forms: Iterable[str], *, optional: bool, weekday: int | None = None) -> Concept:
    """A concept with these forms, English and Chinese told apart."""
    all_forms = tuple(forms)
    english = tuple(stems_of(form) for form in all_forms if not has_ideographs(form))
    chinese = tuple(form for form in all_forms if has_ideographs(form))
    return Concept(asked, english, chinese, optional, weekday=weekday)


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[tuple[str, ...], bool]]:
    groups: dict[str, tuple[tuple[str, ...], bool]] = {}
    for optional, table in ((True, OPTIONAL), (False, SYNONYMS)):
        for group in table:
            for form in group:
                groups.setdefault(" ".join(stems_of(form)), (group, optional))
    return groups


def group_of(word: str) -> tuple[tuple[str, ...], bool] | None:
    """The words that may stand for `word`, and whether finding one is optional; None when there are none."""
    return _groups().get(" ".join(stems_of(word)))
