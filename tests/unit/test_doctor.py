"""`bot doctor`: one line a part, 0 when all is well; old crisis numbers are named."""

from __future__ import annotations

from datetime import date, timedelta

from bot.doctor import examine
from bot.errors import BotError
from bot.safety.resources import MAX_AGE_DAYS, out_of_date, resources


def broken() -> str:
    raise BotError("mend it so")


def crashing() -> str:
    raise RuntimeError("a visitor's words")


def test_all_well_is_exit_code_0(capsys) -> None:
    assert examine([("one", lambda: "fine")]) == 0
    assert capsys.readouterr().out.splitlines() == ["ok    one: fine", "All is well."]


def test_each_broken_part_is_named_with_its_remedy_and_the_rest_is_still_looked_at(capsys) -> None:
    assert examine([("one", broken), ("two", crashing), ("three", lambda: "fine")]) == 1
    said = capsys.readouterr().out
    assert "WRONG one: mend it so" in said and "WRONG two: RuntimeError" in said and "ok    three" in said
    assert "visitor" not in said


def test_a_number_checked_90_days_ago_is_fresh_and_after_91_it_is_not() -> None:
    oldest = min(entry["verified_on"] for entry in resources().values())
    assert out_of_date(oldest + timedelta(days=MAX_AGE_DAYS)) == []
    assert "emergency" in out_of_date(max(e["verified_on"] for e in resources().values()) + timedelta(days=91))
    assert len(out_of_date(date(2100, 1, 1))) == len(resources())
