"""The system's state as lines on the console's first page: what a person should look at, said with the remedy."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Callable, Sequence

from bot.booking.service import Booking
from bot.practice import load_practice
from bot.privacy.erasure import Erasure
from bot.retrain.content import Content
from bot.retrain.train import models
from bot.review.ports import Fact
from bot.safety.resources import out_of_date
from bot.settings import Settings
from bot.wiring_retrain import make_versions

SOON = timedelta(days=30)  # a fact to look at again is shown this long before
RETAINED_WITHIN, BACKED_UP_WITHIN = timedelta(hours=3), timedelta(hours=48)
SHOWN = 8


def state_lines(
    settings: Settings, booking: Booking | None, erasure: Erasure | None, zone: str
) -> list[Callable[[], Fact]]:
    """Each line is looked at anew for every page; one that fails says so. zone: the time zone since the start."""
    lines: list[Callable[[], Fact]] = [lambda: _model(settings)]
    if booking is not None:
        lines += [lambda: _mail(settings, booking), lambda: _calendar(settings, booking)]
    if erasure is not None:
        lines.append(lambda: _retention(erasure))
    lines += [lambda: _backups(settings.backup_dir), _crisis_numbers]
    lines.append(lambda: _time_zone(settings.practice_file, zone))
    return lines


def expiring(content: Content, today: Callable[[], date] = date.today) -> Callable[[], Sequence[Fact]]:
    """Answers whose review-by date is past or near, the earliest first."""

    def look() -> list[Fact]:
        near = str(today() + SOON)
        dated = sorted((faq.review_by, faq.title, faq) for faq in content.faqs() if faq.review_by)
        return [
            Fact(
                faq.title,
                f"by {by}" + (f", {faq.owner}" if faq.owner else ""),
                "wrong" if by < str(today()) else "look",
                f"/faqs/edit?id={faq.id}",
            )
            for by, _, faq in dated
            if by <= near
        ][:SHOWN]

    return look


def _model(settings: Settings) -> Fact:
    current = make_versions(settings).current()
    if current is not None:
        return Fact("Answers", f"version {current.version}, live since {current.at[:10]}", path="/versions")
    found = models(settings.model_dir)
    if found:
        return Fact("Answers", f"the model {found[-1].name}; the first retraining makes it a version")
    return Fact("Answers", "There is no trained model; run `make train`.", "wrong")


def _mail(settings: Settings, booking: Booking) -> Fact:
    if settings.mail is None:
        return Fact("Mail", "No mail server is set up: nobody gets a confirmation by mail.", "look")
    unsent = [one for one in booking.unsent() if one.channel != "calendar"]
    failed = sum(one.state == "failed" for one in unsent)
    if failed:
        return Fact("Mail", f"{failed} could not be sent.", "wrong", "/appointments")
    if late := sum(bool(one.fault) for one in unsent):
        return Fact("Mail", f"{late} could not be sent yet and are tried again.", "look", "/appointments")
    return Fact("Mail", "goes out")


def _calendar(settings: Settings, booking: Booking) -> Fact:
    if settings.calendar is None:
        return Fact("Calendar", "none is connected; appointments are kept here")
    status = booking.calendar_rows().status()
    if status and status.failing_since:
        return Fact("Calendar", "It cannot be read; times that are busy there may be offered.", "wrong")
    if status and status.fault:
        return Fact("Calendar", "Something in it needs a look; `bot doctor` says what.", "look")
    return Fact("Calendar", "is read and written")


def _retention(erasure: Erasure) -> Fact:
    at = erasure.retained_at
    if at is None:
        return Fact("Deleting old conversations", "It has not run yet; it does within the hour.", "look")
    late = datetime.now(timezone.utc) - at > RETAINED_WITHIN
    return Fact("Deleting old conversations", f"last ran {_ago(at)}", "wrong" if late else "ok")


def _backups(folder: Path | None) -> Fact:
    if folder is None:
        return Fact("Backups", "not known here; set BOT_BACKUP_DIR to the folder they arrive in")
    times = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    if not times:
        return Fact("Backups", "There is none in the folder of BOT_BACKUP_DIR.", "wrong")
    at = datetime.fromtimestamp(max(times), timezone.utc)
    late = datetime.now(timezone.utc) - at > BACKED_UP_WITHIN
    return Fact("Backups", f"the last one arrived {_ago(at)}", "wrong" if late else "ok")


def _time_zone(file: Path, zone: str) -> Fact:
    """Of one piece everywhere, pages, chat and mails: so a new one counts from a start on, and until then this asks
    for it."""
    told = load_practice(file).timezone
    if told != zone:
        return Fact("Time zone", f"practice.yml says {told}; start the bot anew, until then it is {zone}.", "look")
    return Fact("Time zone", zone)


def _crisis_numbers() -> Fact:
    if late := out_of_date(date.today()):
        return Fact("Crisis numbers", f"{len(late)} should be dialled and dated anew; see `bot doctor`.", "look")
    return Fact("Crisis numbers", "all checked within 90 days")


def _ago(at: datetime) -> str:
    minutes = int((datetime.now(timezone.utc) - at).total_seconds() // 60)
    if minutes < 90:
        return f"{max(minutes, 0)} minutes ago"
    return f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"
