"""Numbers, the graded sample, and export."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.review.export import MOST, as_csv, as_jsonl, as_stories
from bot.review.inbox import Wish
from bot.review.ports import Refusal
from bot.review.sample import VERDICTS
from bot.review.web import Answer, Download, Go, Page, Visit

PERIODS = {"7": "7 days", "28": "4 weeks", "91": "13 weeks"}
FORMATS = {
    "csv": (as_csv, "conversations.csv", "text/csv; charset=utf-8"),
    "jsonl": (as_jsonl, "conversations.jsonl", "application/jsonl; charset=utf-8"),
    "stories": (as_stories, "test_conversations.yml", "application/yaml; charset=utf-8"),
}


def numbers(visit: Visit) -> Answer:
    """The last days, whole ones and today."""
    parts, period = visit.console.parts, visit.asked("days") if visit.asked("days") in PERIODS else "28"
    parts.index.catch_up()
    until = _today(visit)
    found = parts.numbers.look(until - timedelta(days=int(period) - 1), until)
    return Page(
        "numbers.html",
        {
            "numbers": found,
            "periods": PERIODS,
            "period": period,
            "accuracy": parts.sample.accuracy(),
        },
    )


def sample(visit: Visit) -> Answer:
    """This week's twenty answers."""
    parts = visit.console.parts
    parts.index.catch_up()
    rows = parts.sample.of_week(_today(visit))
    read = visit.console.services.transcripts.read(list({row.conversation_id for row in rows}))
    said = {turn.message_id: turn for one in read for turn in one.turns}
    topics = sorted((title, name) for name, title in visit.console.services.topics().items())
    values = {"rows": rows, "said": said, "verdicts": VERDICTS, "topics": topics, "accuracy": parts.sample.accuracy()}
    return Page("sample.html", values)


def judge(visit: Visit) -> Answer:
    """One judgement."""
    visit.console.parts.sample.judge(
        _today(visit),
        visit.ids["message"],
        visit.field("verdict", "Please choose a judgement."),
        visit.field("should_be"),
        visit.who.name,
    )
    return Go("/sample#next")


def export_form(visit: Visit) -> Answer:
    """What may be exported and how."""
    return Page("export.html", {"most": MOST, **visit.console.parts.inbox.choices()})


def export(visit: Visit) -> Answer:
    """The file; conversations with a disclosure are never in it, whoever asks."""
    if visit.field("format") not in FORMATS:
        raise Refusal("Choose one of the formats that are offered.")
    write, name, content_type = FORMATS[visit.field("format")]
    visit.console.parts.index.catch_up(now=True)
    ids = visit.console.parts.inbox.ids(Wish.of(visit.form), disclosures=False, most=MOST)
    return Download(name, write(visit.console.services.transcripts.read(ids)), content_type)


def _today(visit: Visit) -> date:
    services = visit.console.services
    return services.today() if services.today else datetime.now(ZoneInfo(services.zone)).date()
