"""One key for each subject."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy import GatewayKey, Subject, subject_of
from gateway.privacy import subject_keys as module
from gateway.privacy.subject_keys import SubjectKeys
from gateway.privacy.tables import ERASED_SUBJECTS, SUBJECT_KEYS

ANA, BO = Subject("home", "user", "canary-安娜"), Subject("home", "user", "canary-bo")


@pytest.fixture
def keys(database: Database, key: GatewayKey) -> SubjectKeys:
    return SubjectKeys(database, key)


def of(keys: SubjectKeys, database: Database, *subjects: Subject, at_ms: int = 1000) -> dict[Subject, bytes]:
    with database.writing() as connection:
        return keys.keys(connection, dict.fromkeys(subjects, at_ms))


def destroyed(keys: SubjectKeys, database: Database, subject: Subject, now_ms: int) -> bool:
    with database.writing() as connection:
        return keys.destroy(connection, subject, now_ms)


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        (("home", "key-1", "ana"), Subject("home", "user", "ana")),
        (("home", "key-1", ""), Subject("home", "client", "key-1")),
        (("", "", ""), Subject("", "nobody", "")),
        (("", "", "ana"), Subject("", "nobody", "")),
    ],
)
def test_whose_a_call_is(given: tuple[str, str, str], subject: Subject) -> None:
    """The user's, else the client's; nobody's without a credential, whatever was said."""
    assert subject_of(*given) == subject


def test_each_subject_has_a_key_that_stays(keys: SubjectKeys, database: Database, key: GatewayKey) -> None:
    """For every writer, now and after a restart; the same name elsewhere has another."""
    elsewhere = Subject("office", "user", ANA.name)
    made = of(keys, database, ANA, BO, elsewhere)
    assert len(set(made.values())) == 3 and all(len(each) == 32 for each in made.values())
    assert of(keys, database, ANA, BO, elsewhere) == made
    assert of(SubjectKeys(database, key), database, BO, ANA, elsewhere) == made


def test_the_tables_hold_neither_names_nor_keys(keys: SubjectKeys, database: Database) -> None:
    """Whoever has the database alone can find nobody in it, and undo no digest."""
    made = of(keys, database, ANA)
    destroyed(keys, database, BO, 5)
    with database.reading() as connection:
        rows = [*connection.execute(select(SUBJECT_KEYS)), *connection.execute(select(ERASED_SUBJECTS))]
    content = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert b"canary" not in content and "安娜".encode() not in content and made[ANA] not in content


def test_a_key_made_in_a_transaction_that_failed_is_none(keys: SubjectKeys, database: Database) -> None:
    """Otherwise digests would be made with a key that nobody can find."""

    def fail() -> None:
        with database.writing() as connection:
            keys.keys(connection, {ANA: 1})
            raise ValueError("it fails")

    with pytest.raises(ValueError, match="fails"):
        fail()
    keys.forget()
    made = of(keys, database, ANA)
    with database.reading() as connection:
        assert keys.find(connection, ANA) == made[ANA]


def test_a_destroyed_key_is_gone_for_every_writer(keys: SubjectKeys, database: Database, key: GatewayKey) -> None:
    """Also for one that had it in memory; the subject's next call gets another."""
    other = SubjectKeys(database, key)
    before = of(keys, database, ANA, BO)
    assert of(other, database, ANA, BO) == before
    assert destroyed(other, database, ANA, now_ms=2000)
    with database.reading() as connection:
        assert keys.find(connection, ANA) is None
    after = of(keys, database, ANA, BO, at_ms=3000)
    assert after[ANA] != before[ANA] and after[BO] == before[BO]


def test_a_late_call_of_an_erased_subject_gets_a_key_that_nobody_keeps(keys: SubjectKeys, database: Database) -> None:
    """It had waited on disk, say: the subject must not be there again because of it."""
    before = of(keys, database, ANA)
    destroyed(keys, database, ANA, now_ms=2000)
    late = of(keys, database, ANA, at_ms=2000)
    with database.reading() as connection:
        assert keys.find(connection, ANA) is None
    assert late[ANA] != before[ANA] != of(keys, database, ANA, at_ms=2000)[ANA] != late[ANA]


def test_to_destroy_again_is_no_error(keys: SubjectKeys, database: Database) -> None:
    """Nor is it for somebody who was never there."""
    of(keys, database, ANA)
    assert destroyed(keys, database, ANA, 2000) is True
    assert destroyed(keys, database, ANA, 2001) is False
    assert destroyed(keys, database, BO, 2001) is False


def test_memory_is_bounded(keys: SubjectKeys, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many users fill the table and not the memory, and keep their keys."""
    monkeypatch.setattr(module, "REMEMBERED", 20)
    people = [Subject("home", "user", str(number)) for number in range(100)]
    made = {person: of(keys, database, person)[person] for person in people}
    assert of(keys, database, *people) == made
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SUBJECT_KEYS)) == 100


def test_another_gateways_key_opens_nothing(keys: SubjectKeys, database: Database) -> None:
    """A lost key file is told for what it is: its subjects are not found, and not given new keys under an old name."""
    of(keys, database, ANA)
    with database.writing() as connection:
        wrapped = connection.scalar(select(SUBJECT_KEYS.c.wrapped))
        assert wrapped is not None
        connection.execute(SUBJECT_KEYS.update().values(wrapped=wrapped[:-1] + bytes([wrapped[-1] ^ 1])))
    keys.forget()
    with pytest.raises(GatewayError, match="put that key file back"):
        of(keys, database, ANA)
