"""Anything visitors, practice and time can do, in any order, with a crash at any statement, commit or sending.

After every step: nothing overlaps, nothing that was confirmed is lost. At the end: each change was told once.
BOT_TEST_OPERATIONS sets how many operations are tried (10,000 for the figure in docs/booking.md).
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.booking.mail import Composer
from bot.booking.outbox import Post
from bot.booking.records import CONFIRMED, HELD, PRACTICE, BookingError
from bot.booking.service import Booking
from bot.booking.tables import appointments, metadata, outbox
from bot.database import Database
from bot.outside import MailServer
from tests.booking_helpers import ANNA, RULES, Clock, Reversed
from tests.databases import migrated

OPERATIONS, STEPS = int(os.environ.get("BOT_TEST_OPERATIONS", "500")), 50
POINTS = st.one_of(st.none(), st.integers(0, 14))  # where the next operation crashes: after so many steps, or not
counted = {"operations": 0, "crashes": 0}


class Crash(BaseException):
    """Nothing in the program catches this: as a kill, it leaves what was not committed undone."""


class Fuse:
    """Counts the steps of an operation: statements, commits, sendings."""

    def __init__(self):
        self.left = None

    def step(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash


class CrashingDatabase(Database):
    """The real database; the fuse may blow before a statement, before a commit and after it."""

    def __init__(self, url, fuse):
        super().__init__(url)
        self._fuse = fuse
        sa.event.listen(self.engine, "before_cursor_execute", lambda *_: fuse.step())

    @contextmanager
    def transaction(self):
        with super().transaction() as connection:
            yield connection
            self._fuse.step()
        self._fuse.step()


class Postman:
    """Takes every mail, and calendar entry; the fuse may blow before and after."""

    def __init__(self, fuse):
        self._fuse, self.taken = fuse, []

    async def send(self, message):
        self._fuse.step()
        self.taken.append((str(message["Message-ID"]), str(message["To"]), str(message["Subject"])))
        self._fuse.step()


class Machine(RuleBasedStateMachine):
    make_url = None  # an empty database with booking's tables

    def __init__(self):
        super().__init__()
        self.fuse, self.clock = Fuse(), Clock()
        self.postman, self.url = Postman(self.fuse), type(self).make_url()
        self.database = None
        self.holds, self.known = [], {}  # known: reference -> (state, start, sequence) as last answered
        self.start()

    def start(self):
        if self.database:
            self.database.close()
        self.database = CrashingDatabase(self.url, self.fuse)
        self.booking = Booking(self.database, Reversed(), RULES, ZoneInfo("America/Los_Angeles"), self.clock)

    def attempt(self, point, work):
        """Runs an operation that crashes at this point; then starts anew and does it again, as a person would."""
        counted["operations"] += 1
        self.fuse.left = point
        try:
            return work()
        except BookingError:
            return None
        except Crash:
            counted["crashes"] += 1
            self.fuse.left = None
            self.start()
            try:
                return work()
            except BookingError:
                return None
        finally:
            self.fuse.left = None

    def remember(self, made):
        if made is not None:
            self.known[made.reference] = (made.state, made.start, made.sequence)

    def pick(self, number):
        return list(self.known)[number % len(self.known)]

    @rule(kind=st.sampled_from(["consultation", "individual", "couples"]), number=st.integers(0, 12),
          who=st.integers(0, 5), point=POINTS)  # fmt: skip
    def hold(self, kind, number, who, point):
        free = self.booking.free_times(kind, limit=13)
        wanted = free[number % len(free)]
        if number % 3 == 0 and self.known:  # a stale choice: somebody has it
            wanted = self.known[self.pick(number)][1]
        held = self.attempt(point, lambda: self.booking.hold(kind, wanted, f"c{who}"))
        if held:
            self.holds.append(held.id)

    @precondition(lambda self: self.holds)
    @rule(number=st.integers(0, 30), point=POINTS)
    def confirm(self, number, point):
        hold_id = self.holds[number % len(self.holds)]
        self.remember(self.attempt(point, lambda: self.booking.confirm(hold_id, ANNA)))

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 30), to=st.integers(0, 40), actor=st.sampled_from(["visitor", PRACTICE]), point=POINTS)
    def move(self, number, to, actor, point):
        reference, free = self.pick(number), self.booking.free_times("consultation", limit=41)
        start = free[to % len(free)] + (timedelta(minutes=10) if actor == PRACTICE else timedelta(0))
        self.remember(self.attempt(point, lambda: self.booking.move(reference, start, actor)))

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 30), point=POINTS)
    def cancel(self, number, point):
        reference = self.pick(number)
        self.remember(self.attempt(point, lambda: self.booking.cancel(reference)))

    @precondition(lambda self: self.holds)
    @rule(number=st.integers(0, 30), point=POINTS)
    def release(self, number, point):
        self.attempt(point, lambda: self.booking.release(self.holds[number % len(self.holds)]))

    @rule(days=st.integers(1, 20), point=POINTS)
    def block(self, days, point):
        start = self.clock.now + timedelta(days=days)
        made = self.attempt(point, lambda: self.booking.block(start, start + timedelta(hours=1)))
        for block in self.booking.blocks() if made else []:
            self.booking.unblock(block.id)

    @rule(minutes=st.sampled_from([1, 5, 11, 60, 1440]))
    def time_goes_by(self, minutes):
        counted["operations"] += 1
        self.clock.now += timedelta(minutes=minutes)

    @rule(point=POINTS)
    def send(self, point):
        self.attempt(point, self.send_due)

    def send_due(self):
        server = MailServer("mail.example", 25, False, "appointments@practice.example")
        composer = Composer(server, self.booking.zone, self.booking.links())
        post = Post(self.postman, composer, "office@practice.example")

        async def work():
            worker = self.booking.outbox(post)
            while await worker.send_due():
                pass

        asyncio.run(work())

    @invariant()
    def nothing_overlaps_and_nothing_is_lost(self):
        a = appointments.c
        with self.database.reading() as connection:
            counted_rows = sa.select(appointments).where(a.state.in_((HELD, CONFIRMED))).order_by(a.taken_from)
            rows = connection.execute(counted_rows).all()
            every = {row.reference: row for row in connection.execute(sa.select(appointments))}
        for one, other in zip(rows, rows[1:], strict=False):
            assert one.taken_until <= other.taken_from, "overlap"
        for reference, told in self.known.items():
            row = every[reference]
            assert (row.state, row.starts_at, row.sequence) == told, "lost"

    def teardown(self):
        self.fuse.left = None
        self.clock.now += timedelta(minutes=3)  # leases of crashed workers run out
        self.send_due()
        self.each_change_was_told_once()
        self.database.close()

    def each_change_was_told_once(self):
        """By Message-ID, which is how mail programs know a mail they have."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(outbox).where(outbox.c.channel != "calendar")).all()
        told = {message_id for message_id, *_ in self.postman.taken}
        sent = {f"<{row.message_id}@practice.example>" for row in rows if row.state == "sent"}
        assert sent <= told, "a mail counts as sent and was not"
        assert {row.state for row in rows if row.topic != "reminder"} <= {"sent", "dropped"}, "a mail is left behind"
        changes = [(row.subject_id, row.channel, row.topic, row.sequence) for row in rows if row.topic != "reminder"]
        assert len(changes) == len(set(changes)), "a change has two mails"
        by_reference = {}
        for row in rows:
            if row.channel == "practice":
                by_reference[row.subject_id] = by_reference.get(row.subject_id, 0) + 1
        changed = sum(sequence + 1 for _, _, sequence in self.known.values())
        assert sum(by_reference.values()) == changed, "a change without a mail"


def run(machine, share):
    chosen = settings(
        max_examples=5, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
    )
    while counted["operations"] < OPERATIONS * share:
        run_state_machine_as_test(machine, settings=chosen)
    print(f"\n{counted['operations']} operations, {counted['crashes']} of them crashed")


def test_on_sqlite_nothing_overlaps_is_lost_or_told_twice():
    folder = Path(tempfile.mkdtemp())

    class OnSqlite(Machine):
        @staticmethod
        def make_url():
            return migrated(folder / f"{uuid.uuid4().hex}.db", "booking")

    run(OnSqlite, 0.7)
    shutil.rmtree(folder)


def test_on_postgresql_nothing_overlaps_is_lost_or_told_twice(postgres_url):
    class OnPostgres(Machine):
        @staticmethod
        def make_url():
            engine = sa.create_engine(postgres_url)
            with engine.begin() as connection:
                connection.execute(sa.text(f"TRUNCATE {', '.join(metadata.tables)}"))
            engine.dispose()
            return postgres_url

    run(OnPostgres, 0.3)


@pytest.fixture(autouse=True)
def from_zero():
    counted.update(operations=0, crashes=0)
