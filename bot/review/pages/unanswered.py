"""Questions the bot did not answer well, in groups: one step for each, which can be undone."""

from __future__ import annotations

from collections import Counter

from bot.review.ports import Refusal
from bot.review.triage import DRAFT, FAQ, IGNORE, OUT_OF_SCOPE
from bot.review.web import Answer, Go, Page, Visit

TOLD = {
    FAQ: "Added; it takes effect with the next training.",
    DRAFT: "The draft waits in the FAQ editor.",
    OUT_OF_SCOPE: "Marked as out of scope.",
    IGNORE: "Ignored for good.",
}


def groups(visit: Visit) -> Answer:
    """The list; new questions are grouped in the background meanwhile."""
    triage = visit.console.parts.triage
    visit.console.parts.index.catch_up()
    if triage.is_stale():
        triage.regroup_in_background()
    values = {"groups": triage.groups(), "progress": triage.progress, "decided": triage.decided()}
    return Page("_groups.html" if visit.partial else "unanswered.html", values)


def regroup(visit: Visit) -> Answer:
    """Groups everything anew."""
    visit.console.parts.triage.regroup_in_background()
    return Go("/unanswered")


def group(visit: Visit) -> Answer:
    """One group and the four steps."""
    services = visit.console.services
    found = visit.console.parts.triage.group(visit.number("group"))
    topics = services.topics()
    rest = sorted((title, name) for name, title in topics.items() if name.startswith("faq/"))
    likely = [(topics[name], name) for name in found["likely"] if name in topics]
    often = Counter(one.text.casefold() for one in found["members"])
    newest = {one.text.casefold(): one for one in reversed(found["members"])}  # each wording once, as it was last
    said = [(one, often[text]) for text, one in reversed(newest.items())]
    proposed = services.redact(found["line"].title)
    return Page("group.html", {**found, "said": said, "likely": likely, "topics": rest, "proposed": proposed})


def decide(visit: Visit) -> Answer:
    """Carries out one step."""
    kind, target = visit.field("kind"), visit.field("target")
    if kind == FAQ and target not in visit.console.services.topics():
        raise Refusal("Please choose the FAQ it belongs to.")
    wordings = visit.field("wordings").split("\n")
    decision = visit.console.parts.triage.decide(
        visit.number("group"), kind, visit.who.name, wordings, target if kind == FAQ else ""
    )
    return Go("/unanswered", TOLD[kind], f"/decisions/{decision}/undo")


def undo(visit: Visit) -> Answer:
    """Takes a step back."""
    visit.console.parts.triage.undo(visit.number("decision"))
    return Go("/unanswered", "It is undone.")
