"""One process of the races: many threads, each a visitor who wants the same time. Prints what each got, as JSON.

usage: race.py URL THREADS book|confirm ISO_START|HOLD_IDS     says "ready", begins when told to on its input
"""

import json
import sys
import threading
import time
from datetime import datetime

from bot.booking.records import TimeTaken
from tests.booking_helpers import ANNA, Clock, open_booking


def main(url, threads, what, given):
    booking = open_booking(url, Clock())
    results, go = [], threading.Event()

    def visitor(number):
        go.wait()
        began = time.perf_counter()
        try:
            if what == "book":
                start = datetime.fromisoformat(given)
                hold_id = booking.hold("consultation", start, f"{time.time()}-{number}"[-32:]).id
            else:
                hold_id = given.split(",")[number]
            made = booking.confirm(hold_id, ANNA)
            result = ["confirmed", made.id, 0]
        except TimeTaken as taken:
            result = ["taken", None, len(taken.alternatives)]
        except Exception as error:
            result = ["error", f"{type(error).__name__}: {error}", 0]
        results.append([*result, time.perf_counter() - began])

    running = [threading.Thread(target=visitor, args=(number,)) for number in range(int(threads))]
    for thread in running:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    go.set()
    for thread in running:
        thread.join()
    print(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
