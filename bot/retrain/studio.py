"""What the practice does with its content, in one place for the console and the command line: edit, train, compare,
promote, go back. The parts it stands on are passed in; it prints nothing and knows no framework."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Optional, Sequence

from bot.errors import BotError
from bot.retrain import publish
from bot.retrain.compare import NEVER, PASSES, Comparison
from bot.retrain.content import Content
from bot.retrain.faq import Faq
from bot.retrain.job import Jobs, JobState, Running
from bot.retrain.train import models
from bot.retrain.versions import Current, Version, Versions

if TYPE_CHECKING:
    from bot.retrain.measure import Screened, Way

PROTECTED = (
    "faq/no_sexual_activity", "faq/no_undressing_or_touch", "faq/not_a_surrogate", "faq/therapist_is_neutral",
    "faq/not_only_couples", "faq/real_therapy", "faq/cost", "faq/insurance", "faq/free_consultation", "booking/",
)  # fmt: skip
LoadWay = Callable[[Path, str], "Way"]
Audit = Callable[[str, str, str], None]


class MayNot(BotError):
    """The gate does not let this version go live; the message says why."""


def no_audit(who: str, what: str, why: str) -> None:
    """Where no audit is kept."""


@dataclass(frozen=True)
class Draft:
    """An FAQ that differs from the live version. change: new, wording, examples or gone."""

    id: str
    title: str
    change: str


@dataclass
class Studio:
    """root: the content's folder; load: a version's folder and name to a visitor's way through it; screened: what
    the safety screen says to texts; past: the redacted real questions of the last days with the ids of their
    conversations; audit: (who, what, why) of what must be on record, before it is done."""

    root: Path
    work: Path
    content: Content
    versions: Versions
    jobs: Jobs
    model_dir: Path
    encoder: str
    load: LoadWay
    screened: Screened
    past: Callable[[], Mapping[str, Sequence[str]]] = dict
    audit: Audit = no_audit
    protected: Sequence[str] = PROTECTED

    def live(self) -> Optional[Version]:
        """The live version; None while there is none."""
        current = self.versions.current()
        return self.versions.get(current.version) if current else None

    def adopt(self, who: str) -> Version:
        """Makes today's model the first version, if there is none."""
        if (live := self.live()) is not None:
            return live
        trained = models(self.model_dir)
        if not trained:
            raise BotError("There is no trained model yet; run `make train`.")
        made = publish.adopt(self.versions, trained[-1], self.root, self.encoder, who)
        self.versions.promote(made.id, who, made.about.why)
        return made

    def drafts(self) -> list[Draft]:
        """What was edited since the live version was made."""
        live = self.live()
        if live is None:
            return []
        old = {faq.id: faq for faq in Content(live.folder, self.work / "reading", (), ()).faqs()}
        new = {faq.id: faq for faq in self.content.faqs()}
        found = [Draft(name, old[name].title, "gone") for name in old if name not in new]
        for name, faq in new.items():
            if name not in old:
                found.append(Draft(name, faq.title, "new"))
            elif not faq.wording_only(old[name]):
                found.append(Draft(name, faq.title, "examples"))
            elif _said(faq) != _said(old[name]):
                found.append(Draft(name, faq.title, "wording"))
        return found

    def publish_wording(self, faq_ids: Iterable[str], who: str, why: str) -> Version:
        """Puts other wordings of FAQs live, without training: only what visitors read changes."""
        live = self.adopt(who)
        made = publish.reworded(self.versions, live, [self.content.faq(name) for name in faq_ids], who, why)
        self.audit(who, f"publishing wording as {made.id}", why)
        self.versions.promote(made.id, who, why)
        return made

    def retrain(self, who: str, why: str) -> JobState:
        """Starts a training in a child process; `jobs.get` tells how it goes."""
        state = self.jobs.new(who, why)
        self.jobs.start(state.id)
        return state

    def run(self, job_id: str, show: bool = False) -> JobState:
        """Does the job in this process. Raises BotError when it fails; the live version is never touched."""
        from bot.retrain import rehearsal  # here: the numerical libraries take a second

        running = Running(self.jobs, job_id, show)
        with running.turn():
            return rehearsal.train_and_compare(self, running, self.jobs.get(job_id))

    def promote(self, version_id: str, who: str, why: str, override: str = "") -> Current:
        """Makes a version live. override: an admin's reason to do so against the gate. Raises MayNot."""
        version = self.versions.get(version_id)
        refused = self._refusal(version)
        if refused and (version.about.verdict == NEVER or not override.strip()):
            raise MayNot(refused)
        self.audit(who, f"promoting {version_id}" + (" against the gate" if refused else ""), override.strip() or why)
        current = self.versions.promote(version_id, who, override.strip() or why)
        self.versions.prune()
        return current

    def roll_back(self, who: str, why: str) -> Current:
        """Back to the version before, answers and model together; drafts stay as they are."""
        self.audit(who, "rolling back", why)
        return self.versions.roll_back(who, why)

    def replay(self, version_id: str) -> Comparison:
        """What the version would answer otherwise than the live one, of the real questions of the last days."""
        from bot.retrain import rehearsal  # here: the numerical libraries take a second

        return rehearsal.replay(self, version_id)

    def _refusal(self, version: Version) -> str:
        current = self.versions.current()
        if any(change.version == version.id for change in self.versions.changes()):
            return ""  # it has been live before
        if version.about.verdict not in ("", PASSES):
            never = version.about.verdict == NEVER
            rule = "A loss in safety is never let through." if never else "An admin may override with a reason."
            return f"The gate blocks {version.id}; its comparison says why. {rule}"
        if version.about.kind == "trained" and current and version.about.base != current.version:
            base = version.about.base
            return f"{version.id} was compared with {base}, but {current.version} is live now; retrain to compare anew."
        return ""


def _said(faq: Faq) -> tuple[Any, ...]:
    return faq.title, faq.answer, faq.follow_ups, faq.source, faq.owner, faq.review_by, faq.if_overdue
