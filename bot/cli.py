"""The `bot` command. Errors meant for people are one sentence on stderr and exit code 1."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any, NoReturn

from bot.booking.arguments import add_appointment_commands, add_outbox_commands
from bot.cli_retrain import add_commands
from bot.errors import BotError
from bot.practice import load_practice
from bot.quiet import keep_quiet
from bot.review.commands import add_commands as add_review_commands
from bot.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line and runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        keep_quiet()
        return int(options.run(options, Settings.from_env(os.environ)) or 0)
    except BotError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"This machine refused: {error.strerror or type(error).__name__}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A slip in the command is an error like any other: 1, where argparse's 2 would mean that the gate blocks."""
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="bot", description="The practice's chatbot.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Any, help_: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_)
        made.set_defaults(run=run)
        return made

    command("run", _run, "serve the bot; trains first if there is no model")
    train = command("train", _train, "train a model from data/ and domain/")
    train.add_argument("--if-needed", action="store_true", help="only when there is no model or a source is newer")
    ask = command("ask", _ask, "ask one question")
    ask.add_argument("text")
    command("chat", _chat, "chat in the terminal")
    evaluate = command("evaluate", _evaluate, "judge the bot on `text<TAB>outcome id` lines")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--json", type=Path, help="write the whole report here")
    evaluate.add_argument("--wrong", action="store_true", help="list the lines that are not right")
    command("doctor", _doctor, "examine this installation: facts, database, model, safety screen, crisis numbers")
    add_appointment_commands(command("appointments", _appointments, "see and change appointments, answer call-backs"))
    add_outbox_commands(command("outbox", _outbox, "mails and calendar entries that wait to be sent"))
    erase = command("erase", _erase, "delete a visitor's chat everywhere, by the erasure code they were shown")
    erase.add_argument("code")
    command("retain", _retain, "delete what is older than practice.yml allows; the server does this by itself")
    judged = "judge redaction on `text<TAB>[[start,end,TYPE],...]` lines"
    redaction = command("evaluate-redaction", _evaluate_redaction, judged)
    redaction.add_argument("file", type=Path)
    redaction.add_argument("--json", type=Path, help="write the result here")
    add_review_commands(command, _open_console)
    command("demo-data", _demo_data, "fill an empty database with an invented month of conversations, marked as such")
    vault = command("vault", _vault, "the keys that seal contact details")
    vault.add_argument("what", choices=["rotate"], help="rotate: a new key, and everything sealed anew with it")
    add_commands(command)
    return parser


def _run(_options: argparse.Namespace, settings: Settings) -> None:
    from bot.retrain.train import models

    load_practice(settings.practice_file)  # a slip there is told before a minute of training
    if not models(settings.model_dir):
        # in a child: training needs TensorFlow in memory, serving does without
        if subprocess.run([sys.executable, "-m", "bot.cli", "train"], check=False).returncode:  # noqa: S603
            raise BotError("There is no model to serve: training failed, see above.")
    _distutils_as_it_comes()
    from bot.wiring import serve

    serve(settings)


def _distutils_as_it_comes() -> None:
    """Sanic takes one small function from Python's distutils; setuptools would put itself in its place, which takes
    half a second of every start."""
    with contextlib.suppress(ImportError):
        import _distutils_hack

        _distutils_hack.remove_shim()


def _train(options: argparse.Namespace, settings: Settings) -> None:
    from bot.retrain.train import is_stale, train

    if not options.if_needed or is_stale(settings.model_dir):
        train(settings.model_dir)


def _ask(options: argparse.Namespace, settings: Settings) -> None:
    from bot.wiring_commands import visitor_way

    dialogue = visitor_way(settings)
    _show(asyncio.run(dialogue.reply(uuid.uuid4().hex, [], options.text, None)))


def _chat(_options: argparse.Namespace, settings: Settings) -> None:
    from bot.wiring_commands import visitor_way

    dialogue = visitor_way(settings)
    history: list[dict[str, Any]] = []
    print(dialogue.opening()[0]["text"])

    async def talk() -> None:
        while text := (await asyncio.to_thread(input, "> ")).strip():
            reply = await dialogue.reply("terminal", history, text, None)
            history.extend(reply.events)
            _show(reply)

    try:
        asyncio.run(talk())
    except EOFError:
        print()


def _evaluate(options: argparse.Namespace, settings: Settings) -> None:
    from tqdm import tqdm

    from bot.retrain.evaluate import evaluate, read_questions, report
    from bot.wiring_commands import visitor_way

    questions = read_questions(options.file)
    dialogue = visitor_way(settings)

    async def ask(text: str) -> Any:
        return await dialogue.reply(uuid.uuid4().hex, [], text, None)

    shown = tqdm(questions, unit="question", disable=not sys.stderr.isatty())
    lines = asyncio.run(evaluate(shown, ask))
    whole = report(lines, {"version": dialogue.model_version})
    if options.json:
        options.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")
    if options.wrong:
        for line in lines:
            if line.verdict != "right":
                print(f"{line.verdict}\t{line.confidence:.2f}\t{line.expected}\t{line.got}\t{line.text}")
    summary = whole["summary"]
    for kind in ("right", "wrong", "offered", "missed"):
        print(f"{kind:8} {summary[kind]:5}  {100 * summary[kind] / max(1, len(lines)):5.1f} %")
    for pair in summary["confused"][:10]:
        print(f"  {pair['times']} x {pair['expected']} answered as {pair['got']}")


def _doctor(_options: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor import examine
    from bot.wiring_doctor import examinations

    return examine(examinations(settings))


def _appointments(options: argparse.Namespace, settings: Settings) -> None:
    from bot.booking.commands import run_appointments
    from bot.wiring_commands import open_booking

    print(run_appointments(options, open_booking(settings)[0]))


def _outbox(_options: argparse.Namespace, settings: Settings) -> None:
    from bot.booking.commands import send_outbox
    from bot.wiring_commands import open_booking

    print(send_outbox(open_booking(settings)[1]))


def _erase(options: argparse.Namespace, settings: Settings) -> None:
    from bot.wiring_commands import erasing

    counts = erasing(settings).erase_by_code(options.code, "staff")
    if counts is None:
        raise BotError("Nothing is stored under this code: it is deleted already, or mistyped.")
    print(f"Deleted: {_counted(counts)}.")


def _retain(_options: argparse.Namespace, settings: Settings) -> None:
    from bot.wiring_commands import erasing

    counts = erasing(settings).retain()
    print(f"Deleted: {_counted(counts)}." if counts else "Nothing was past its time.")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in counts.items() if n)


def _evaluate_redaction(options: argparse.Namespace, settings: Settings) -> None:
    from bot.privacy.evaluation import evaluate, read_marked, table
    from bot.wiring_parts import make_redactor

    lines = read_marked(options.file)
    result = evaluate(lines, make_redactor(load_practice(settings.practice_file)).details)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(table(result))


def _demo_data(_options: argparse.Namespace, settings: Settings) -> None:
    from bot.wiring_console import put_demo_data

    print(f"Made up {put_demo_data(settings)} conversations.")


def _open_console(settings: Settings) -> Any:
    from bot.wiring_console import open_console

    return open_console(settings)


def _vault(_options: argparse.Namespace, settings: Settings) -> None:
    from bot.wiring_commands import rotate_vault

    print(f"Sealed {rotate_vault(settings)} contact details anew.")


def _show(reply: Any) -> None:
    for message in reply.messages:
        print(f"{message['text']}\n[{message['outcome']}, {reply.confidence:.2f}]")
        for choice in message.get("choices", []):
            print(f"  - {choice['title']} ({choice['id']})")


if __name__ == "__main__":
    sys.exit(main())
