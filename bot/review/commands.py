"""The console's commands: accounts, the audit, feedback about the screen."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import TYPE_CHECKING, Any, Callable

from bot.review.roles import ROLES
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.review.console import Console

Open = Callable[[Settings], "Console"]


def add_commands(command: Any, open_console: Open) -> None:
    """command: adds one command to `bot`; open_console: the console over the installation's database."""

    def with_console(run: Callable[[argparse.Namespace, Console], None]) -> Callable[..., None]:
        return lambda options, settings: run(options, open_console(settings))

    user = command("review-user", with_console(_user), "accounts of the console's staff")
    user.add_argument("what", choices=["add", "list", "reset", "remove"])
    user.add_argument("name", nargs="?", default="")
    user.add_argument("--role", action="append", choices=ROLES, help="may be given more than once")
    audit = command("audit", with_console(_audit), "the record of what staff did")
    audit.add_argument("what", choices=["verify"], help="verify: proves that no entry was changed or removed")
    feedback = command("safety-feedback", with_console(_feedback), "what the safety screen got wrong, redacted")
    feedback.add_argument("what", choices=["export"], help="export: as tab-separated lines")


def _user(options: argparse.Namespace, console: Console) -> None:
    accounts = console.accounts
    if options.what == "list":
        for account in accounts.all():
            print(account.name, ", ".join(sorted(account.roles)), "" if account.is_set_up else "not set up", sep="\t")
        return
    if options.what == "add":
        console.audit.note("command line", "account added", options.name)
        password = accounts.add(options.name, options.role or ["reviewer"])
    else:
        found = accounts.named(options.name)
        console.audit.note("command line", f"account {options.what}", str(found.id))
        if options.what == "remove":
            accounts.remove(found.id)
            print(f"{found.name} is removed.")
            return
        password = accounts.reset(found.id)
    print(f"First password: {password}\nIt is replaced at the first log-in, where the second factor is set up as well.")


def _audit(_options: argparse.Namespace, console: Console) -> None:
    count, last = console.audit.verify()
    print(f"The audit is unbroken: {count} entries, the last one is {last}.")


def _feedback(_options: argparse.Namespace, console: Console) -> None:
    console.audit.note("command line", "safety feedback exported")
    rows = console.parts.safety.feedback()
    writer = csv.DictWriter(sys.stdout, ("what", "outcome", "reason", "text"), delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: value.replace("\n", " ").replace("\t", " ") for key, value in row.items()} for row in rows)
