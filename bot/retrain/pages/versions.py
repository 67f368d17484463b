"""Training, comparing, promoting and going back."""

from __future__ import annotations

from bot.pages import Answer, Go, Page, Visit
from bot.retrain.studio import Studio


class VersionPages:
    """admin: the role that may promote against the gate."""

    def __init__(self, studio: Studio, admin: str) -> None:
        self._studio, self._admin = studio, admin

    def list(self, visit: Visit) -> Answer:
        """The live version, what is being trained, and every version there is."""
        versions = self._studio.versions
        values = {
            "current": versions.current(),
            "versions": versions.all(),
            "drafts": self._studio.drafts(),
            "jobs": self._studio.jobs.all()[:5],
            "changes": versions.changes(10),
        }
        return Page("versions.html", values)

    def train(self, visit: Visit) -> Answer:
        """Starts a training."""
        job = self._studio.retrain(visit.who.name, visit.field("why") or "new content")
        return Go(f"/versions/jobs/{job.id}")

    def job(self, visit: Visit) -> Answer:
        """How a training goes; htmx asks for the inner part each second."""
        job_id = visit.ids["job"]
        job, log = self._studio.jobs.get(job_id), self._studio.jobs.log(job_id)
        return Page("job_state.html" if visit.partial else "job.html", {"job": job, "log": log})

    def cancel(self, visit: Visit) -> Answer:
        """Ends a training."""
        self._studio.jobs.cancel(visit.ids["job"])
        return Go("/versions", "The training is cancelled. The live version is unchanged.")

    def compare(self, visit: Visit) -> Answer:
        """What would change: only the differences."""
        job = self._studio.jobs.get(visit.ids["job"])
        report = self._studio.jobs.report(job.id)
        values = {"job": job, "report": report, "may_override": self._admin in visit.who.roles}
        return Page("compare.html", values)

    def promote(self, visit: Visit) -> Answer:
        """Makes a version live."""
        version, reason = visit.ids["version"], visit.field("reason")
        override = reason if self._admin in visit.who.roles else ""
        self._studio.promote(version, visit.who.name, reason or "promoted in the console", override)
        if override:
            visit.console.audit.note(visit.who.name, f"{version} promoted against the gate", override)
        return Go("/versions", f"{version} is live. Every server takes it over within seconds.")

    def roll_back(self, visit: Visit) -> Answer:
        """Back to the version before."""
        current = self._studio.roll_back(visit.who.name, visit.field("reason") or "rolled back in the console")
        return Go("/versions", f"{current.version} is live again. Your drafts are as they were.")
