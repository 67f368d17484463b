"""The practice's working hours: changed here, with the free times that follow shown before anything is saved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.review.hours import WEEKDAYS, Read, Texts, as_texts, compare, filled, read_form
from bot.review.ports import HoursFile, NotFound
from bot.review.web import Answer, Go, Page, Visit


def form(visit: Visit) -> Answer:
    """The hours as they are."""
    hours, revision = _file(visit).read()
    return _page(visit, as_texts(hours, _today(visit)), revision)


def preview(visit: Visit) -> Answer:
    """What visitors would be offered."""
    file, (texts, read) = _file(visit), _given(visit)
    if read.errors:
        return _page(visit, texts, visit.field("revision"), read.errors)
    try:
        shown = _preview(visit, file.booking(read.hours))
    except BotError as error:
        return _page(visit, texts, visit.field("revision"), {"": str(error)})
    return _page(visit, texts, visit.field("revision"), shown=shown)


def save(visit: Visit) -> Answer:
    """Keeps them; from then on they count, without a restart."""
    file, (texts, read) = _file(visit), _given(visit)
    errors = dict(read.errors)
    if not errors:
        try:
            file.save(read.hours, visit.field("revision"), visit.who.name)
        except BotError as error:
            errors[""] = str(error)
    if errors:
        return _page(visit, texts, visit.field("revision"), errors)
    return Go("/hours", "The working hours are saved and count from now on. Appointments that stand were not changed.")


def _page(
    visit: Visit,
    texts: Texts,
    revision: str,
    errors: dict[str, str] | None = None,
    shown: dict[str, Any] | None = None,
) -> Page:
    errors = errors or {}
    values = {
        "texts": texts,
        "revision": revision,
        "errors": errors,
        "weekdays": WEEKDAYS,
        "off_rows": filled(texts, "off_from"),
        "extra_rows": filled(texts, "extra_day"),
        "kinds": visit.console.services.booking.kinds(),
        "kind": visit.field("kind"),
        "preview": shown,
    }
    return Page("hours.html", values, 422 if errors else 200)


def _preview(visit: Visit, new: Any) -> dict[str, Any]:
    old = visit.console.services.booking
    kinds = {kind.id: kind for kind in new.kinds()}
    kind = kinds.get(visit.field("kind")) or new.kinds()[0]
    days = compare(old, new, kind.id, _today(visit), _zone(visit))
    states = [state for day in days for _, state in day.times]
    already = {one.reference for one in old.outside_hours()}
    outside = [one for one in new.outside_hours() if one.reference not in already]
    return {"kind": kind, "days": days, "new": states.count("new"), "gone": states.count("gone"), "outside": outside}


def _given(visit: Visit) -> tuple[dict[str, str], Read]:
    texts = {name: visit.field(name) for name in list(visit.form)[:500] if name not in ("csrf", "revision", "kind")}
    return texts, read_form(texts)


def _file(visit: Visit) -> HoursFile:
    services = visit.console.services
    if services.hours is None or services.booking is None:
        raise NotFound("Appointments cannot be reached; see the log of the server.")
    if not services.booking.is_on:
        raise NotFound("Appointments are off: fill in `booking` in practice.yml first; then the hours can be changed.")
    return services.hours


def _zone(visit: Visit) -> ZoneInfo:
    return ZoneInfo(visit.console.services.zone)


def _today(visit: Visit) -> date:
    return datetime.now(_zone(visit)).date()
