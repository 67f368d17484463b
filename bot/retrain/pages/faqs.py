"""The list of FAQs and their editor, with advice while writing."""

from __future__ import annotations

from typing import Callable, Sequence

from bot.pages import Answer, Go, Page, Visit
from bot.retrain.checks import Advice, Helpers, advise, nearest
from bot.retrain.faq import Faq
from bot.retrain.studio import Studio

MOST = 60_000  # characters in one field; what is too long is refused by name when it is saved


class FaqPages:
    """helpers: made for the live version; figures: those of practice.yml; preview: an answer with the facts told."""

    def __init__(
        self, studio: Studio, helpers: Callable[[], Helpers], figures: Sequence[str], preview: Callable[[Faq], str]
    ) -> None:
        self._studio, self._helpers, self._figures, self._preview = studio, helpers, figures, preview

    def list(self, visit: Visit) -> Answer:
        """Every FAQ by topic, and what is not live yet."""
        faqs = self._studio.content.faqs()
        topics = {topic: [faq for faq in faqs if faq.topic == topic] for topic in dict.fromkeys(f.topic for f in faqs)}
        drafts = {draft.id: draft.change for draft in self._studio.drafts()}
        waiting: dict[int | None, list[str]] = {}
        for one in visit.console.parts.candidates.waiting():
            if one.kind == "draft":
                waiting.setdefault(one.decision_id, []).append(one.text)
        values = {"topics": topics, "drafts": drafts, "retired": self._studio.content.retired(), "waiting": waiting}
        return Page("faqs.html", values)

    def open(self, visit: Visit) -> Answer:
        """The editor, for a new FAQ or one that exists."""
        faq_id = visit.asked("id")
        if faq_id:
            return self._editor(self._studio.content.faq(faq_id))
        decision = visit.asked("from")
        texts = [one.text for one in visit.console.parts.candidates.waiting() if str(one.decision_id) == decision]
        return self._editor(Faq("", texts[0][:60] if texts else "", (), tuple(texts), review_by=""), decision)

    def check(self, visit: Visit) -> Answer:
        """The part of the editor that changes while somebody writes."""
        faq = _given(visit)
        others = self._studio.content.faqs()
        helpers = self._helpers()
        said: list[Advice] = advise(faq, others, self._figures, helpers) if faq.title else []
        near = nearest(faq, others, helpers.encode)
        return Page("faq_advice.html", {"advice": said, "near": near, "preview": self._preview(faq)})

    def save(self, visit: Visit) -> Answer:
        """Keeps the FAQ; a change of wording alone may go live at once."""
        content, faq, revision = self._studio.content, _given(visit), visit.field("revision")
        if not faq.id:
            made = content.add(faq, visit.who.name)
            for one in visit.console.parts.candidates.waiting():
                if str(one.decision_id) == visit.field("from") and one.text in made.variants:
                    visit.console.parts.candidates.taken(one.id)
            return Go("/faqs", f"“{made.title}” is kept. Train a new version to make it live.")
        old = content.faq(faq.id)
        new = content.edit(faq, revision, visit.who.name)
        if visit.field("publish") and new.wording_only(old):
            version = self._studio.publish_wording([new.id], visit.who.name, f"wording of {new.id}")
            return Go("/versions", f"The new wording is live as {version.id}.")
        return Go("/faqs", f"“{new.title}” is kept. Train a new version to make it live.")

    def retire(self, visit: Visit) -> Answer:
        """Takes an FAQ out of use."""
        faq_id = visit.field("id", "Which FAQ?")
        self._studio.content.retire(faq_id, visit.field("revision"), visit.who.name)
        return Go("/faqs", f"{faq_id} is taken out; the next version forgets it. It is kept below, to bring it back.")

    def restore(self, visit: Visit) -> Answer:
        """Brings a retired FAQ back."""
        made = self._studio.content.restore(visit.field("id", "Which FAQ?"), visit.who.name)
        return Go("/faqs", f"“{made.title}” is back. Train a new version to make it live.")

    def _editor(self, faq: Faq, decision: str = "") -> Answer:
        faqs = self._studio.content.faqs()
        return Page("faq.html", {"faq": faq, "others": [one for one in faqs if one.id != faq.id], "decision": decision})


def _given(visit: Visit) -> Faq:
    def long(name: str) -> list[str]:
        return visit.form.get(name, [""])[0].replace("\r\n", "\n")[:MOST].split("\n")

    answers = "\n".join(long("answer")).split("\n---\n")
    return Faq(
        id=visit.field("id"),
        title=visit.field("title"),
        answer=tuple(text for text in answers if text.strip()),
        variants=tuple(long("variants")),
        follow_ups=tuple(filter(None, visit.form.get("follow_ups", []))),
        source="article" if visit.field("source") else "",
        topic=visit.field("topic"),
        owner=visit.field("owner"),
        review_by=visit.field("review_by"),
        if_overdue="contact" if visit.field("contact") else "keep",
    )
