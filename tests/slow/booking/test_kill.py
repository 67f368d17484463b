"""kill -9 while the outbox sends: every mail arrives, and none is new to a mailbox that knows Message-IDs."""

import signal
import subprocess
import sys
import time
from datetime import timedelta

from bot.booking.outbox_rows import LEASE
from tests.booking_helpers import book, outbox_by, send_all

APPOINTMENTS, KILLS = 20, 6


def kill_after(process, mailbox, more):
    """Kills the worker once so many more mails have come, wherever it is then."""
    wanted, deadline = len(mailbox.taken) + more, time.time() + 30
    while len(mailbox.taken) < wanted and time.time() < deadline and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    return process.wait(20) == -signal.SIGKILL


def test_every_mail_comes_although_the_worker_is_killed_again_and_again(url, booking, clock, mailbox):
    free = booking.free_times("consultation")
    made = [book(booking, free[2 * number], f"c{number}") for number in range(APPOINTMENTS)]
    killed = 0
    for number in range(KILLS):
        program = [sys.executable, "-W", "ignore", "-m", "tests.slow.booking.sender", url, str(mailbox.port)]
        process = subprocess.Popen([*program, clock.now.isoformat()])
        killed += kill_after(process, mailbox, 1 + 2 * number)
        clock.now += LEASE + timedelta(seconds=1)
    assert killed >= KILLS - 1
    outbox = outbox_by(mailbox, booking)
    send_all(outbox)
    assert outbox.counts()["sent"] == 2 * APPOINTMENTS and booking.upcoming() == made
    by_id = {str(message["Message-ID"]): message for message in mailbox.taken}
    print(f"\n{killed} kills, {len(mailbox.taken)} deliveries of {len(by_id)} mails")
    assert len(by_id) == 2 * APPOINTMENTS
    told = sorted(message.get_body().get_content() for message in by_id.values())
    for appointment in made:
        assert sum(appointment.reference in text for text in told) == 2
