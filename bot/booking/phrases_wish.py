"""A Wish: the days and times of day that suit somebody, as a set that free times are held against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Iterable


@dataclass(frozen=True)
class Option:
    """Days and minutes of the day that suit together; None = every day, any time of day."""

    days: frozenset[date] | None = None
    minutes: frozenset[int] | None = None

    def holds(self, start: datetime) -> bool:
        """Whether this local time is one of them."""
        day_fits = self.days is None or start.date() in self.days
        return day_fits and (self.minutes is None or _minute(start) in self.minutes)

    def distance(self, start: datetime) -> int:
        """Minutes away from the nearest moment of this option; a day off weighs as a day."""
        days = min((abs((start.date() - day).days) for day in self.days or ()), default=0)
        minutes = min((abs(_minute(start) - minute) for minute in self.minutes or ()), default=0)
        return days * 24 * 60 + minutes


@dataclass(frozen=True)
class Wish:
    """What suits: any of the options, and nothing that is excluded. `soonest`: the earliest ones, please."""

    options: tuple[Option, ...] = (Option(),)
    excluded: tuple[Option, ...] = ()
    soonest: bool = False

    def fits(self, start: datetime) -> bool:
        """Whether this local time suits."""
        return any(o.holds(start) for o in self.options) and not any(o.holds(start) for o in self.excluded)

    def distance(self, start: datetime) -> int:
        """How far a time is from what was wished, in minutes; what was excluded is far."""
        far = 30 * 24 * 60 if any(option.holds(start) for option in self.excluded) else 0
        return far + min(option.distance(start) for option in self.options)

    @property
    def exact(self) -> bool:
        """One day and one time of day were named."""
        return all(len(o.days or "..") == 1 and len(o.minutes or "..") == 1 for o in self.options) and (
            len(self.options) == 1
        )

    @property
    def names_days(self) -> bool:
        return any(option.days is not None for option in (*self.options, *self.excluded))

    @property
    def names_hours(self) -> bool:
        return any(option.minutes is not None for option in (*self.options, *self.excluded))

    def amended(self, newer: Wish) -> Wish:
        """What holds after a second message: it replaces what it names and keeps what it does not."""
        if newer.names_days and newer.names_hours:
            return newer
        if newer.soonest and not newer.names_days and not newer.names_hours:
            return replace(self, soonest=True)
        options = newer.options
        if newer.names_days and self.names_hours:
            hours = _united(option.minutes for option in self.options)
            options = tuple(replace(option, minutes=hours) for option in newer.options)
        elif newer.names_hours and self.names_days:
            days = _united(option.days for option in self.options)
            options = tuple(replace(option, days=days) for option in newer.options)
        kept = tuple(option for option in self.excluded if newer.names_hours or option.days is None)
        return Wish(options, tuple(dict.fromkeys((*kept, *newer.excluded))))

    def earlier(self, minutes: int) -> Wish:
        """The same times of day on a clock that is so many minutes behind. Days stay: what is wished is read back."""

        def moved(option: Option) -> Option:
            if option.minutes is None:
                return option
            return replace(option, minutes=frozenset(m - minutes for m in option.minutes if 0 <= m - minutes < 24 * 60))

        return replace(self, options=tuple(map(moved, self.options)), excluded=tuple(map(moved, self.excluded)))

    def to_json(self) -> dict[str, Any]:
        """Small enough to travel in a conversation's state."""
        return {
            "options": [_option_json(option) for option in self.options],
            "excluded": [_option_json(option) for option in self.excluded],
            "soonest": self.soonest,
        }

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Wish:
        """What to_json made."""
        options, excluded = (tuple(map(_option, given[key])) for key in ("options", "excluded"))
        return cls(options, excluded, given["soonest"])


def _united(sets: Iterable[frozenset[Any] | None]) -> frozenset[Any] | None:
    given = list(sets)
    return None if None in given else frozenset().union(*(s for s in given if s is not None))


def _minute(start: datetime) -> int:
    return start.hour * 60 + start.minute


def _option_json(option: Option) -> list[Any]:
    days = None if option.days is None else _runs(day.toordinal() for day in option.days)
    return [days, None if option.minutes is None else _runs(option.minutes)]


def _option(given: list[Any]) -> Option:
    days, minutes = given
    return Option(
        None if days is None else frozenset(date.fromordinal(n) for a, b in days for n in range(a, b + 1)),
        None if minutes is None else frozenset(n for a, b in minutes for n in range(a, b + 1)),
    )


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
