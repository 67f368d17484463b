"""Erasure codes, the order of erasing, receipts, the notice: rules without a database."""

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BrokenFile
from bot.privacy.codes import code_hash, new_code
from bot.privacy.erasure import Erasure
from bot.privacy.exports import Folder
from bot.privacy.notice import load_notice

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)


class Place:
    """Keeps something of conversations."""

    def __init__(self, kind, held, done, error=None):
        self.kind, self.held, self.done, self.error = kind, set(held), done, error

    def erase(self, ids):
        if self.error:
            raise self.error
        self.done.append(self.kind)
        gone = self.held & set(ids)
        self.held -= gone
        return {self.kind: len(gone)}


class Log(Place):
    def __init__(self, held, done, codes=()):
        super().__init__("conversations", held, done)
        self.codes, self.receipts, self.age = dict(codes), [], {}

    def by_code(self, hashed):
        found = self.codes.get(hashed)
        return found if found in self.held else None

    def started_before(self, moment, at_most):
        return [id_ for id_ in sorted(self.held) if self.age.get(id_, NOW) <= moment][:at_most]

    def date_back(self, now):
        self.age = {id_: min(at, now) for id_, at in self.age.items()}

    def write_receipt(self, reason, counts):
        self.receipts.append((reason, dict(counts)))


# codes
def test_a_code_is_readable_and_hard_to_guess():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200 and all(len(code) == 19 and code.count("-") == 3 for code in codes)
    assert not set("".join(codes)) & set("ILOUilou")


@given(st.data())
def test_a_code_is_understood_however_it_is_written(data):
    code = new_code()
    misread = code.replace("0", "O").replace("1", "l")
    dashed = code.replace("-", "\u2013")
    written = [code.lower(), code.replace("-", " "), code.replace("-", ""), f" {code}\n", misread, dashed]
    assert code_hash(data.draw(st.sampled_from(written))) == code_hash(code) is not None


@pytest.mark.parametrize(
    "text", ["", "-", "ABCD", "ABCD-EFGH-JKMN-PQR", "ABCD-EFGH-JKMN-PQRST", "AB!D-EFGH-JKMN-PQRS", "\x00" * 19]
)
def test_what_is_no_code_has_no_hash(text):
    assert code_hash(text) is None


# erasing
def test_every_place_is_erased_the_log_last_and_a_receipt_without_content_stays():
    done = []
    log = Log({"a", "b"}, done)
    other = Place("exports", {"a"}, done)
    counts = Erasure(log, [other, log], [], timedelta(days=30)).erase(["a"], "visitor")
    assert counts == {"exports": 1, "conversations": 1} and done == ["exports", "conversations"]
    assert log.receipts == [("visitor", counts)] and log.held == {"b"}


def test_an_erasure_that_failed_half_way_can_be_asked_for_again():
    done, code = [], new_code()
    log = Log({"a"}, done, {code_hash(code): "a"})
    broken = Place("exports", {"a"}, done, OSError())
    erasure = Erasure(log, [broken, log], [], timedelta(days=30))
    with pytest.raises(OSError):
        erasure.erase_by_code(code, "code")
    assert log.held == {"a"} and log.receipts == []
    broken.error = None
    assert erasure.erase_by_code(code.lower(), "code") == {"exports": 1, "conversations": 1}
    assert erasure.erase_by_code(code, "code") is None  # a second time there is nothing


def test_an_unknown_code_erases_nothing():
    log = Log({"a"}, [])
    assert Erasure(log, [log], [], timedelta(days=30)).erase_by_code(new_code(), "code") is None
    assert log.held == {"a"} and log.receipts == []


# retention
def test_what_is_too_old_goes_also_when_nobody_looked_for_months():
    log = Log({f"old{i}" for i in range(1200)} | {"new"}, [])
    log.age = {id_: NOW - timedelta(days=200) for id_ in log.held} | {"new": NOW - timedelta(days=29)}
    erasure = Erasure(log, [log], [], timedelta(days=30))
    assert erasure.retain(NOW) == {"conversations": 1200} and log.held == {"new"}
    assert log.receipts == [("age", {"conversations": 1200})]
    assert erasure.retain(NOW) == {} and len(log.receipts) == 1


def test_with_a_clock_in_the_past_nothing_is_deleted_too_early():
    log = Log({"a"}, [])
    log.age = {"a": NOW - timedelta(days=1)}
    assert Erasure(log, [log], [], timedelta(days=30)).retain(NOW - timedelta(days=4000)) == {}


def test_what_a_clock_in_the_future_dated_does_not_stay_for_ever():
    log = Log({"a"}, [])
    log.age = {"a": NOW + timedelta(days=9000)}
    erasure = Erasure(log, [log], [], timedelta(days=30))
    assert erasure.retain(NOW) == {} and erasure.retain(NOW + timedelta(days=30)) == {"conversations": 1}


def test_every_process_knows_when_retention_last_ran(tmp_path):
    log, mark = Log(set(), []), tmp_path / "var" / "retained"
    here, there = (Erasure(log, [log], [], timedelta(days=30), mark) for _ in range(2))
    assert there.retained_at is None
    here.retain(NOW)
    assert there.retained_at and here.retained_at == there.retained_at


def test_entries_with_a_life_of_their_own_expire():
    class Expiring:
        def expire(self, now):
            return Counter(values=2)

    log = Log(set(), [])
    assert Erasure(log, [log], [Expiring()], timedelta(days=30)).retain(NOW) == {"values": 2}


# exports
def test_files_that_name_an_erased_conversation_go_and_others_stay(tmp_path):
    folder = tmp_path / "exports"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "one.csv").write_text("id,text\nabc123,hello")
    (folder / "two.csv").write_text("id,text\nother,hello")
    outside = tmp_path / "outside.txt"
    outside.write_text("abc123")
    (folder / "link").symlink_to(outside)
    assert Folder(folder, "exports").erase(["abc123"]) == {"exports": 1}
    assert not (folder / "deep" / "one.csv").exists() and (folder / "two.csv").exists() and outside.exists()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert Folder(tmp_path / "none", "exports").erase(["abc123"]) == {"exports": 0}


# notice
def test_the_notice_says_what_a_visitor_must_know(practice):
    from bot.safety.resources import crisis_facts

    notice = load_notice({**crisis_facts(), **practice.facts()})
    said = notice.text.lower()
    for must in ("automated", "not a person", "not for emergencies", "30 days", "staff may read", "does not catch"):
        assert must in said, must
    assert practice.phone in notice.text and "{" not in notice.text and notice.version


@pytest.mark.parametrize(
    "content", ["", "version: 1\ntext: x", "text: x", 'version: "1"\ntext: "{nothing}"', "[", 'version: ""\ntext: x']
)
def test_a_damaged_notice_is_named(tmp_path, content):
    file = tmp_path / "notice.yml"
    file.write_text(content)
    with pytest.raises(BrokenFile, match="notice.yml"):
        load_notice({}, file)
