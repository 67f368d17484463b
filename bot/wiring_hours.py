"""Joins the console's editor of working hours with practice.yml and with booking."""

from __future__ import annotations

from typing import Any

from bot.booking.rules import Rules
from bot.booking.service import Booking
from bot.pages import Refusal
from bot.practice import practice_of
from bot.practice_file import parse_yaml
from bot.retrain.content import Content
from bot.retrain.files import sha256
from bot.retrain.practice_yaml import with_hours
from bot.review.ports import OpeningHours
from bot.settings import Settings


class PracticeHours:
    """A HoursFile over practice.yml, changed by the content service as everything else there is."""

    def __init__(self, settings: Settings, content: Content, booking: Booking) -> None:
        self._file, self._content, self._booking = settings.practice_file, content, booking

    def read(self) -> tuple[OpeningHours, str]:
        """The hours as the file writes them, with the file's hash."""
        data = self._file.read_bytes()
        booking: dict[str, Any] = parse_yaml(data.decode("utf-8-sig")).get("booking") or {}
        weekly = {day: list(openings or []) for day, openings in (booking.get("hours") or {}).items()}
        extra = {str(day): list(openings or []) for day, openings in (booking.get("extra_openings") or {}).items()}
        return OpeningHours(weekly, [str(day) for day in booking.get("days_off") or []], extra), sha256(data)

    def booking(self, hours: OpeningHours) -> Booking:
        """The same appointments under these hours."""
        return self._booking.under(_rules(self._with(self._file.read_text(encoding="utf-8"), hours)))

    def save(self, hours: OpeningHours, revision: str, who: str) -> None:
        """Writes them; what the file would mean then is checked first."""

        def change(text: str) -> str:
            new = self._with(text, hours)
            _rules(new)
            if _without_hours(new) != _without_hours(text):
                raise Refusal("practice.yml is written in a way that cannot be changed here; edit the file itself.")
            return new

        self._content.edit_practice(self._file, revision, change, who, "Working hours changed")

    def _with(self, text: str, hours: OpeningHours) -> str:
        return with_hours(text, hours.weekly, hours.days_off, hours.extra)


def _rules(text: str) -> Rules:
    rules = practice_of(text).booking
    if rules is None:
        raise Refusal("Appointments are off: fill in `booking` in practice.yml first.")
    return rules


def _without_hours(text: str) -> dict[Any, Any]:
    given = parse_yaml(text)
    kept = {key: value for key, value in given["booking"].items() if key not in ("hours", "days_off", "extra_openings")}
    return {**given, "booking": kept}
