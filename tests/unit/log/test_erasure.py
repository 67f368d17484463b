"""Erasing and retention in the tables: nothing of an erased conversation remains, nothing of another is touched."""

import sqlite3
import tempfile
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Turn
from bot.database import Database
from bot.log.erasure import LogErasure, VaultErasure
from bot.log.store import ConversationLog
from bot.log.tables import metadata
from bot.log.vault_store import SqlVaultStore
from bot.privacy.codes import code_hash, new_code
from bot.privacy.erasure import Erasure
from bot.privacy.keys import Sealer
from bot.privacy.vault import Vault
from tests.databases import migrated

DAY = timedelta(days=1)


def now():
    return datetime.now(timezone.utc)


def start(log, code=None):
    hashed = code_hash(code) if code else None
    return log.start(uuid.uuid4().hex, "en", "1", now() + DAY, [{"id": "hello"}], erasure_hash=hashed)


def say(log, conversation, number, text):
    log.add(Turn(
        conversation.id, uuid.uuid4().hex, number, now(), text, None, "faq/cost", 0.9, [["faq/cost", 0.9]], "utter",
        [{"id": f"{conversation.id[:8]}-{number}", "text": f"about {text}"}], "model", 1.0,
        [{"event": "user", "text": text}],
    ))  # fmt: skip


def erasure(database, days=30):
    log, vault = LogErasure(database), VaultErasure(database)
    return Erasure(log, [vault, log], [vault], timedelta(days=days))


def everything(database):
    with database.reading() as connection:
        return {name: str(connection.execute(sa.select(table)).all()) for name, table in metadata.tables.items()}


@pytest.fixture
def vault(database, tmp_path):
    return Vault(Sealer(tmp_path / "keys"), SqlVaultStore(database))


def test_erasing_by_code_leaves_no_row_and_a_receipt(database, vault):
    log, code = ConversationLog(database), new_code()
    conversation, other = start(log, code), start(log)
    say(log, conversation, 1, "mine-4711")
    say(log, other, 1, "theirs-4712")
    log.add_feedback(conversation.id, f"{conversation.id[:8]}-1", False, "note-4711")
    kept = vault.put("PHONE", "650-555-0142", conversation.id)
    vault.keep(kept)
    theirs = vault.put("PHONE", "650-555-0143", other.id)
    counts = erasure(database).erase_by_code(code.lower(), "code")
    assert counts == {"contact details": 1, "feedback": 1, "turns": 1, "conversations": 1}
    tables = everything(database)
    receipts = tables.pop("erasures")
    assert "4711" not in str(tables) + receipts and conversation.id not in str(tables) + receipts
    assert vault.get(kept) is None and vault.get(theirs) == "650-555-0143" and "theirs-4712" in str(tables)
    assert "'turns': 1" in receipts and "code" in receipts
    assert erasure(database).erase_by_code(code, "code") is None


def set_start(database, conversation, at):
    table = metadata.tables["conversations"]
    with database.transaction() as connection:
        connection.execute(table.update().where(table.c.id == conversation.id).values(started_at=at))


def test_retention_deletes_by_age_and_the_vault_by_its_own_time(database, vault):
    log = ConversationLog(database)
    old, young = start(log), start(log)
    say(log, old, 1, "old-1")
    say(log, young, 1, "young-1")
    set_start(database, old, now() - 31 * DAY)
    short_lived = vault.put("PHONE", "1", young.id)
    booked, kept = vault.put("PHONE", "2", young.id), vault.put("PHONE", "3", young.id)
    vault.keep(booked, until=now() + 40 * DAY)
    vault.keep(kept)
    later = now() + 2 * DAY
    assert erasure(database).retain(later) == {"turns": 1, "conversations": 1, "contact details": 1}
    assert vault.get(short_lived) is None and vault.get(booked) == "2" and vault.get(kept) == "3"
    assert "old-1" not in str(everything(database)) and "young-1" in str(everything(database))
    assert erasure(database).retain(later) == {}


def test_a_conversation_dated_by_a_wrong_clock_counts_from_now_and_its_session_ends(database):
    log = ConversationLog(database)
    conversation = log.start("t", "en", "1", now() + 9000 * DAY, [])
    set_start(database, conversation, now() + 9000 * DAY)
    assert erasure(database).retain() == {} and log.find("t") is None
    assert erasure(database).retain(now() + 31 * DAY) == {"conversations": 1}


def test_a_contact_detail_dated_by_a_wrong_clock_goes_unless_a_booking_keeps_it(database, vault):
    lost, kept = vault.put("PHONE", "1", "c"), vault.put("PHONE", "2", "c")
    vault.keep(kept)
    table = metadata.tables["vault"]
    with database.transaction() as connection:
        far = {"created_at": now() + 900 * DAY}
        connection.execute(table.update().where(table.c.token == lost).values(**far, expires_at=now() + 901 * DAY))
        connection.execute(table.update().where(table.c.token == kept).values(**far))
    assert erasure(database).retain() == {"contact details": 1} and vault.get(kept) == "2"


def test_a_clock_in_the_past_deletes_nothing(database):
    start(ConversationLog(database))
    assert erasure(database).retain(datetime(1970, 1, 2, tzinfo=timezone.utc)) == {}


words = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=5, max_size=12)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), words), min_size=1, max_size=8), st.sets(st.integers(0, 2), min_size=1))
def test_after_erasing_nothing_of_a_conversation_is_in_any_table_or_byte(said, erased):
    """Three conversations talk in turns, some have feedback and contact details; some are erased."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(migrated(Path(folder) / "chat.db", "log"))
        log = ConversationLog(database)
        vault = Vault(Sealer(Path(folder) / "keys"), SqlVaultStore(database))
        talks = [start(log) for _ in range(3)]
        marks = {i: [] for i in range(3)}
        for number, (who, word) in enumerate(said, 1):
            mark = f"{word}{who}mark{number}"
            marks[who].append(mark)
            say(log, talks[who], number, mark)
            log.add_feedback(talks[who].id, f"{talks[who].id[:8]}-{number}", True, f"note {mark}")
            marks[who].append(vault.put("PHONE", mark, talks[who].id))
        erasure(database).erase([talks[i].id for i in erased], "visitor")
        left = str(everything(database))
        in_bytes = b"".join(file.read_bytes() for file in Path(folder).glob("chat.db*"))
        for who in range(3):
            for mark in [*marks[who], talks[who].id]:
                if who in erased:
                    assert mark not in left and mark.encode() not in in_bytes
        for who in set(range(3)) - erased:
            assert talks[who].id in left
        database.close()


def test_erasing_reaches_the_bytes_also_while_somebody_reads(tmp_path):
    database = Database(migrated(tmp_path / "chat.db", "log"))
    log = ConversationLog(database)
    conversation = start(log)
    say(log, conversation, 1, "canary-7391")
    reader = sqlite3.connect(tmp_path / "chat.db")
    reader.execute("SELECT count(*) FROM turns").fetchall()
    erasure(database).erase([conversation.id], "visitor")
    database.close()
    reader.close()
    assert b"canary-7391" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
