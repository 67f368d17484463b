"""The `bot faq`, `retrain`, `versions`, `promote`, `rollback` and `replay` commands, for people, cron and CI.

Exit codes: 0 done, 1 an error, 2 the gate blocks or a check finds something grave.
"""

from __future__ import annotations

import argparse
import getpass
import json
from dataclasses import replace
from typing import Any, Callable

from bot.errors import BotError
from bot.settings import Settings

BLOCKED_CODE = 2
Command = Callable[[str, Any, str], argparse.ArgumentParser]


def add_commands(command: Command) -> None:
    """Registers them with the `bot` parser. command: (name, function, help) gives a parser."""
    faq = command("faq", _faq, "list, check, add, edit or retire frequent questions")
    faq.add_argument("what", choices=["list", "show", "check", "add", "edit", "retire", "restore"])
    faq.add_argument("id", nargs="?", help="such as faq/parking")
    faq.add_argument("--question", help="as a visitor would ask it in short")
    faq.add_argument("--answer", action="append", help="the text; give it again for a plainer wording")
    faq.add_argument("--variant", action="append", help="a way people ask it; give it several times")
    faq.add_argument("--without", action="append", default=[], help="a variant to take away")
    faq.add_argument("--follow-up", action="append", help="the id of a question to offer next")
    faq.add_argument("--owner", help="who answers for it")
    faq.add_argument("--review-by", help="date, such as 2027-01-31")
    faq.add_argument("--if-overdue", choices=["keep", "contact"], help="after that date: keep it, or say contact us")
    faq.add_argument("--publish", action="store_true", help="put a change of wording live at once, without training")
    retrain = command("retrain", _retrain, "train a version from the content, and compare it with the live one")
    retrain.add_argument("--promote", action="store_true", help="make it live if the gate lets it pass")
    retrain.add_argument("--job", help=argparse.SUPPRESS)
    command("versions", _versions, "list the versions, the live one marked")
    promote = command("promote", _promote, "make a version live")
    promote.add_argument("version")
    promote.add_argument("--override", default="", metavar="REASON", help="against the gate, but for safety")
    rollback = command("rollback", _rollback, "make the version live that was live before")
    replay = command("replay", _replay, "what a version would answer otherwise, of the last 30 days' real questions")
    replay.add_argument("version")
    for parser in (faq, retrain, promote, rollback):
        parser.add_argument("--by", type=_somebody, default="", help="who does it, as `Name <address>`")
        parser.add_argument("--why", default="", help="for the record")


def _somebody(name: str) -> str:
    """What is done is on record under a name."""
    return name.strip() or getpass.getuser()


def _studio(settings: Settings) -> Any:
    from bot.wiring_retrain import command_studio

    return command_studio(settings)


def _faq(options: argparse.Namespace, settings: Settings) -> int:
    from bot.retrain.faq import Faq

    studio = _studio(settings)
    content = studio.content
    if options.what == "list":
        for faq in content.faqs():
            print(f"{faq.id:40} {len(faq.variants):4} variants  {faq.title}")
        return 0
    if options.what == "add":
        made = content.add(_changed(Faq("", "", ()), options), options.by, options.why)
        print(f"{made.id} is kept. `bot retrain` makes it known; `bot faq check` says what to mind first.")
        return 0
    if not options.id:
        raise BotError("Name the FAQ, such as faq/cost; `bot faq list` shows them.")
    if options.what == "restore":
        content.restore(options.id, options.by, options.why)
        print(f"{options.id} is back. `bot retrain` makes it known.")
        return 0
    if options.what == "check":
        return _check(options.id, settings)
    old = content.faq(options.id)
    if options.what == "show":
        print(json.dumps({**vars(old), "revision": old.revision}, indent=1, ensure_ascii=False))
    elif options.what == "retire":
        content.retire(old.id, old.revision, options.by, options.why)
        print(f"{old.id} is taken out. `bot retrain` makes the bot forget it.")
    else:
        new = content.edit(_changed(old, options), old.revision, options.by, options.why)
        if options.publish and not new.wording_only(old):
            raise BotError(f"{new.id} is kept but not live: its variants changed, so `bot retrain` must learn them.")
        if options.publish:
            print(f"Live as {studio.publish_wording([new.id], options.by, options.why or f'wording of {new.id}').id}.")
        else:
            print(f"{new.id} is kept. `bot retrain` makes it live.")
    return 0


def _check(faq_id: str, settings: Settings) -> int:
    """Prints what the editor would say. 2 when something is grave."""
    from bot.wiring_faqs import command_advice

    near, advice = command_advice(settings, faq_id)
    for one in near:
        print(f"near: {one.similarity:.2f} {one.id}: {one.title}")
    for remark in advice:
        print(f"{'MIND' if remark.grave else 'hint'} ({remark.about}): {remark.sentence}")
    return BLOCKED_CODE if any(remark.grave for remark in advice) else 0


def _changed(old: Any, options: argparse.Namespace) -> Any:
    variants = tuple(text for text in old.variants if text not in options.without) + tuple(options.variant or ())
    given = {
        "title": options.question,
        "answer": tuple(options.answer) if options.answer else None,
        "follow_ups": tuple(options.follow_up) if options.follow_up else None,
        "owner": options.owner,
        "review_by": options.review_by,
        "if_overdue": options.if_overdue,
    }
    return replace(old, variants=variants, **{name: value for name, value in given.items() if value is not None})


def _retrain(options: argparse.Namespace, settings: Settings) -> int:
    from bot.retrain.job import step_back

    step_back()
    studio = _studio(settings)
    job = options.job or studio.jobs.new(options.by, options.why or "bot retrain").id
    state = studio.run(job, show=True)
    if options.job:
        return 0
    report = studio.jobs.report(job)
    _show(report)
    if state.verdict != "passes":
        return BLOCKED_CODE
    if options.promote:
        studio.promote(state.version, options.by, options.why or "bot retrain --promote")
        print(f"{state.version} is live.")
    return 0


def _versions(_options: argparse.Namespace, settings: Settings) -> None:
    versions = _studio(settings).versions
    current = versions.current()
    if not versions.all():
        print("There is no version yet: the newest file of the models folder serves. `bot retrain` makes one.")
    for version in versions.all():
        about = version.about
        mark = "live" if current and current.version == version.id else about.verdict
        figures = version.metrics().get("right", {})
        right = "  ".join(f"{name} {a}/{n}" for name, (a, n) in figures.items() if n and name != "real questions")
        print(f"{version.id:5} {mark:8} {about.at[:16]} {about.kind:9} {about.who}: {about.why}  {right}")


def _promote(options: argparse.Namespace, settings: Settings) -> int:
    from bot.retrain.studio import MayNot

    try:
        current = _studio(settings).promote(options.version, options.by, options.why or "bot promote", options.override)
    except MayNot as refused:
        print(refused)
        return BLOCKED_CODE
    print(f"{current.version} is live.")
    return 0


def _rollback(options: argparse.Namespace, settings: Settings) -> None:
    print(f"{_studio(settings).roll_back(options.by, options.why or 'bot rollback').version} is live.")


def _replay(options: argparse.Namespace, settings: Settings) -> None:
    _show(_studio(settings).replay(options.version).report())


def _show(report: dict[str, Any]) -> None:
    for one in report["sets"]:
        figures = f"{one['right_before']} -> {one['right_after']} right of {one['n']}" if one["n"] else "none"
        if one["name"] == "real questions":
            figures = f"{one['n']} asked"
        counts = ", ".join(f"{len(one[kind])} {kind}" for kind in ("fixed", "broken", "changed"))
        print(f"{one['name']:28} {figures}; {counts}")
        for kind in ("fixed", "broken", "changed"):
            for difference in one[kind][:20]:
                print(f"  {kind}: {difference['text'][:100]!r}: {difference['before']} -> {difference['after']}")
    for blocker in report["blockers"]:
        print(f"BLOCKED ({blocker['rule']}): {blocker['sentence']}")
