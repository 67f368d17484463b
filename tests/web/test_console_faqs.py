"""The console's pages about FAQs and versions, as a browser walks them: write, compare, promote, go back."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from bot.practice import OPTIONAL, REQUIRED
from bot.retrain import publish
from bot.retrain.checks import Helpers
from bot.retrain.compare import BLOCKED, PASSES
from bot.retrain.content import Content
from bot.retrain.conversations import ConversationTests
from bot.retrain.job import Jobs
from bot.retrain.pages.faqs import FaqPages
from bot.retrain.pages.section import section
from bot.retrain.pages.tests import ConversationPages
from bot.retrain.pages.versions import VersionPages
from bot.retrain.studio import Studio
from bot.retrain.versions import MODEL, About, Versions
from bot.review.roles import ADMIN, CLINICIAN, REVIEWER
from tests.unit.retrain.conftest import project  # noqa: F401 (a fixture)
from tests.web.console_help import World


@pytest.fixture
def place(project):  # noqa: F811
    content = Content(project, project / "var", [*REQUIRED, *OPTIONAL], REQUIRED)
    versions = Versions(project / "var" / "versions", project / "practice.yml")
    studio = Studio(
        project, project / "var", content, versions, Jobs(project / "var" / "jobs"), project / "models", "encoder",
        load=lambda folder, name: None, screened=lambda texts: [None] * len(texts),
    )  # fmt: skip

    def make(verdict, base):
        folder = publish.staging(versions)
        content.snapshot(folder)
        (folder / MODEL).write_bytes(b"model")
        return versions.keep(folder, About("Ann", "a test", "trained", base, "e", "c", verdict=verdict)).id

    versions.promote(make(PASSES, None), "Ann", "first")
    helpers = Helpers(lambda texts: np.eye(len(texts), 4), lambda t: None, lambda t: "die" in t, lambda t: "Bob" in t)
    pages = FaqPages(studio, lambda: helpers, ["20"], lambda faq: " ".join(faq.answer[:1]))
    tests = ConversationTests(project, project / "lock", content._history)
    tried = ConversationPages(tests, content.faqs, bool, dict, CLINICIAN)
    made = section(pages, VersionPages(studio, ADMIN), tried, frozenset({REVIEWER}), frozenset({REVIEWER, ADMIN}))
    world = World(f"sqlite:///{project}/chat.db", sections=(made,)).serve()
    yield SimpleNamespace(world=world, studio=studio, make=make, project=project)
    world.stop()


def post(place, browser, path, **form):
    session = place.world.console.sessions.find(browser.cookie)
    return browser.call("POST", path, {"csrf": session.csrf, **form}, {})


def get(browser, path):
    return browser.call("GET", path, {}, {})


NEW = {
    "title": "Can I park?",
    "variants": "where to park\nparking?",
    "answer": "Yes, you can. It is behind <b>.",
    "owner": "Ann",
}


def test_a_new_faq_is_a_draft_until_it_is_trained(place):
    ann = place.world.client("ann", REVIEWER)
    assert get(ann, "/faqs/edit").status == 200
    assert post(place, ann, "/faqs/save", **NEW).status == 303
    page = get(ann, "/faqs").body
    assert "Can I park?" in page and "new, not live" in page
    assert place.studio.content.faq("faq/can_i_park").variants == ("where to park", "parking?")
    assert "Can I park?" in get(ann, "/versions").body


def test_advice_comes_while_writing_and_everything_is_escaped(place):
    ann = place.world.client("ann", REVIEWER)
    body = post(place, ann, "/faqs/check", **{**NEW, "variants": "i want to die\nBob said <i>"}).body
    assert "crisis reply" in body and "personal details" in body and "at least 5" in body
    assert "&lt;b&gt;" in body and "<b>" not in body and "<i>" not in body


def test_what_cannot_be_kept_is_said_and_nothing_is_lost(place):
    ann = place.world.client("ann", REVIEWER)
    answer = post(place, ann, "/faqs/save", **{**NEW, "variants": "[x](y)"})
    assert answer.status == 409 and "markup" in answer.body


def test_an_edit_of_what_changed_meanwhile_is_refused(place):
    ann = place.world.client("ann", REVIEWER)
    form = {"id": "faq/location", "title": "Where?", "variants": "where are you", "answer": "Here.", "revision": "old"}
    assert "changed meanwhile" in post(place, ann, "/faqs/save", **form).body


def test_a_change_of_wording_goes_live_without_training(place):
    ann = place.world.client("ann", REVIEWER)
    old = place.studio.content.faq("faq/location")
    form = {"id": old.id, "revision": old.revision, "title": old.title, "variants": "\n".join(old.variants)}
    post(place, ann, "/faqs/save", **form, answer="By the river. In {city}.", publish="1", follow_ups="faq/cost")
    assert place.studio.versions.current().version == "v2"
    assert "By the river." in (place.studio.live().folder / "domain" / "practice.yml").read_text()


def test_the_comparison_shows_only_differences_and_leads_to_promotion_and_back(place):
    ann = place.world.client("ann", REVIEWER)
    job, version = place.studio.jobs.new("ann", "parking"), place.make(PASSES, "v1")
    one = {"name": "held-out questions", "n": 3, "right_before": 2, "right_after": 3, "interval_before": [1, 2]}
    one |= {"interval_after": [1, 2], "chance": 1.0, "broken": [], "changed": []}
    one["fixed"] = [{"text": "where to <park>", "expected": "faq/x", "before": "fallback", "after": "faq/x"}]
    report = {"verdict": PASSES, "blockers": [], "sets": [one], "version": version, "base": "v1"}
    (place.studio.jobs.folder / job.id / "report.json").write_text(json.dumps(report))
    page = get(ann, f"/versions/jobs/{job.id}/compare").body
    assert "where to &lt;park&gt;" in page and "The gate lets it pass" in page
    assert post(place, ann, f"/versions/{version}/promote").status == 303
    assert place.studio.versions.current().version == version
    post(place, ann, "/versions/rollback")
    assert place.studio.versions.current().version == "v1"
    assert get(ann, f"/versions/jobs/{job.id}").status == 200


def test_only_an_admin_promotes_against_the_gate_and_it_is_on_record(place):
    version = place.make(BLOCKED, "v1")
    ann, eve = place.world.client("ann", REVIEWER), place.world.client("eve", ADMIN)
    assert post(place, ann, f"/versions/{version}/promote", reason="I like it").status == 409
    assert place.studio.versions.current().version == "v1"
    assert post(place, eve, f"/versions/{version}/promote", reason="the old one is worse").status == 303
    assert place.studio.versions.current().version == version


def test_a_loss_in_safety_is_let_through_by_nobody(place):
    version, eve = place.make("never", "v1"), place.world.client("eve", ADMIN)
    assert post(place, eve, f"/versions/{version}/promote", reason="please").status == 409


def test_a_clinician_without_the_right_sees_nothing_of_it(place):
    assert get(place.world.client("cleo", CLINICIAN), "/faqs").status == 403
