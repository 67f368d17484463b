"""200 visitors want one time at the same moment, from several processes: one gets it, the others kind alternatives."""

import json
import subprocess
import sys
from datetime import timedelta

PROCESSES, THREADS = 4, 50


def race(url, what, given_to_each):
    program = [sys.executable, "-m", "tests.slow.booking.race", url, str(THREADS), what]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([*program, given], **pipes) for given in given_to_each]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [result for process in running for result in json.loads(process.communicate(timeout=120)[0])]
    assert len(results) == PROCESSES * THREADS
    slowest = max(seconds for *_, seconds in results)
    print(f"\n{url.split(':')[0]}: the slowest of {len(results)} had its answer after {slowest:.2f} s")
    return results


def count(results):
    return {kind: sum(result[0] == kind for result in results) for kind in ("confirmed", "taken", "error")}


def one_confirmed_and_the_others_told(results, booking, start):
    assert [result[1] for result in results if result[0] == "error"] == []
    assert count(results) == {"confirmed": 1, "taken": PROCESSES * THREADS - 1, "error": 0}
    assert all(alternatives == 3 for kind, _, alternatives, _ in results if kind == "taken")
    assert [made.start for made in booking.upcoming()] == [start]


def test_of_200_who_book_one_time_one_gets_it(url, booking):
    start = booking.free_times("consultation")[0]
    one_confirmed_and_the_others_told(race(url, "book", [start.isoformat()] * PROCESSES), booking, start)


def test_of_200_who_confirm_lapsed_holds_of_one_time_one_gets_it(url, booking, clock):
    start, holds = booking.free_times("consultation")[0], []
    clock.now -= PROCESSES * THREADS * timedelta(minutes=11)
    for number in range(PROCESSES * THREADS):
        holds.append(booking.hold("consultation", start, f"c{number}").id)
        clock.now += timedelta(minutes=11)
    each = [",".join(holds[begin : begin + THREADS]) for begin in range(0, len(holds), THREADS)]
    one_confirmed_and_the_others_told(race(url, "confirm", each), booking, start)


def test_200_confirmations_of_one_hold_make_one_appointment(url, booking, database):
    hold = booking.hold("consultation", booking.free_times("consultation")[0], "c1")
    results = race(url, "confirm", [",".join([hold.id] * THREADS)] * PROCESSES)
    assert count(results)["confirmed"] == len(results) and {result[1] for result in results} == {hold.id}
    with database.reading() as connection:
        mails = connection.execute("SELECT count(*) FROM outbox WHERE topic = 'confirmed'").scalar()
    assert mails == 3  # to the visitor, to the practice, into the calendar
