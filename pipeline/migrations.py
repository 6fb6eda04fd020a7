"""The layout of the conversations' file, and how a file of an older layout becomes one of this."""

from __future__ import annotations

import sqlite3

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            summary TEXT NOT NULL DEFAULT '',
            covers_turns INTEGER NOT NULL DEFAULT 0,
            covered_through INTEGER NOT NULL DEFAULT 0,
            fresh_documents TEXT NOT NULL DEFAULT '[]'
        )""",
        """CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
            number INTEGER NOT NULL,
            turn_id TEXT NOT NULL,
            started_at TEXT NOT NULL,
            ended_at TEXT,
            state TEXT NOT NULL,
            cold INTEGER NOT NULL DEFAULT 0,
            question TEXT NOT NULL DEFAULT '',
            answer TEXT NOT NULL DEFAULT '',
            unheard TEXT NOT NULL DEFAULT '',
            citations TEXT NOT NULL DEFAULT '[]',
            documents TEXT NOT NULL DEFAULT '[]',
            served_by TEXT NOT NULL DEFAULT '',
            finish_reason TEXT NOT NULL DEFAULT '',
            usage TEXT NOT NULL DEFAULT '{}',
            thinking_s REAL NOT NULL DEFAULT 0,
            ledger TEXT,
            error TEXT NOT NULL DEFAULT '',
            UNIQUE (conversation, number)
        )""",
        """CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
            name TEXT NOT NULL,
            attached_at TEXT NOT NULL,
            turn INTEGER NOT NULL,
            dropped_at TEXT,
            UNIQUE (conversation, name)
        )""",
        """CREATE TABLE pages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
            name TEXT NOT NULL,
            number INTEGER NOT NULL,
            page_count INTEGER NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            lines TEXT NOT NULL,
            UNIQUE (document, number)
        )""",
    ),
    (
        "ALTER TABLE turns ADD COLUMN in_use TEXT",
        "ALTER TABLE conversations ADD COLUMN fresh_in_use TEXT",
        "ALTER TABLE conversations ADD COLUMN in_use_before TEXT NOT NULL DEFAULT ''",
    ),
)
"""For each version the statements that lead to it from the one before. Append to this; never change a step."""

SCHEMA_VERSION = len(_STEPS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to `SCHEMA_VERSION`, each step whole or not at all. Raises `sqlite3.Error`.

    Safe when several processes do it at once. `connection` is in autocommit mode.
    """
    if _version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(_version(connection), SCHEMA_VERSION):  # another process may have been first
            for statement in _STEPS[version]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
