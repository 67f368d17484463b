"""How many date phrases are understood.

A phrase file holds one phrase a line, fields separated by tabs:

    phrase <TAB> now <TAB> accepted [<TAB> offered]

- phrase: what the visitor writes, as they write it.
- now: the moment it is written, ISO 8601 with its UTC offset, such as 2026-11-24T10:30-08:00 (a Tuesday). Its
  offset is taken as the practice's zone: all other times in the line are local to it and carry no offset.
- accepted: a JSON list of [start, end] windows, such as [["2026-12-01T16:00", "2026-12-01T20:00"]]. Both ends are
  accepted (start <= time <= end). Exactly 4 PM is [["2026-12-01T16:00", "2026-12-01T16:00"]]. Evenings of a week are
  one window for each evening. Where a careful person would accept more than one reading, list them all.
- offered (only for answers such as "later", "the second", "4 works"): a JSON list of the one to three times the
  bot had offered just before, such as ["2026-12-03T10:00", "2026-12-03T16:00"]. For a time that is picked, accepted
  is that time alone; for "later", every window of later times that is fine.

How it is judged: imagine a calendar that is free on every day from now for 60 days, weekends too, at every quarter
of an hour from 09:00 to 20:00 (the last start is 20:00) that lies after now. The bot would offer at most three of these
times (bot.booking.phrases.good_times), or take the picked one. The phrase counts as understood when it offers at
least one time and every offered time falls into an accepted window. A phrase with an empty accepted list ([]) is no
wish for a time at all ("hello", "is it private"): it counts when the bot finds none.

The goal is 92 % of tests/data/phrases.tsv, which was written by somebody who has not seen the rules.
"""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from bot.booking.phrases import Wish, good_times, understand
from bot.booking.phrases_offers import Moved, Picked, answer_to_offer, other_times

REACHED = 0.93  # measured on 2026-11-24: 112 of 120; the goal is 0.92 and no phrase may be lost


def read(path):
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.strip():
            phrase, now, accepted, *offered = line.split("\t")
            now = datetime.fromisoformat(now)
            local = [datetime.fromisoformat(t).replace(tzinfo=now.tzinfo) for t in json.loads((offered or ["[]"])[0])]
            yield phrase, now, json.loads(accepted), local


@lru_cache(16)
def calendar(now):
    """Every quarter of an hour from 09:00 to 20:00 of 60 days, as far as it lies after now."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    times = (midnight + timedelta(days=d, hours=9, minutes=15 * n) for d in range(60) for n in range(45))
    return [start for start in times if start > now]


def offers(phrase, now, offered):
    """The times the bot would offer for a phrase."""
    free = calendar(now)
    wish = understand(phrase, now)
    answer = answer_to_offer(phrase, offered, now, wish)
    if isinstance(answer, Picked):
        return [answer.start]
    if isinstance(answer, Moved):
        return good_times(Wish(), other_times(answer, offered, free))
    return good_times(wish, free) if wish else []


def is_understood(phrase, now, accepted, offered):
    got = [start.strftime("%Y-%m-%dT%H:%M") for start in offers(phrase, now, offered)]
    if not accepted:
        return not got
    return bool(got) and all(any(first <= time <= last for first, last in accepted) for time in got)


def share(path):
    lines = list(read(path))
    wrong = [line for line in lines if not is_understood(*line)]
    for phrase, now, _, offered in wrong:
        print(f"{phrase}\t{now:%a %m-%d %H:%M}\t{[f'{t:%a %m-%d %H:%M}' for t in offers(phrase, now, offered)]}")
    print(f"{path}: {len(lines) - len(wrong)} of {len(lines)} phrases understood")
    return 1 - len(wrong) / len(lines)


def test_the_phrases_the_rules_were_written_with_are_understood():
    assert share("benchmarks/phrases_tuning.tsv") >= 0.98


def test_the_blind_phrases_are_understood():
    assert share("tests/data/phrases.tsv") >= REACHED
