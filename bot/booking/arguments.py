"""What `bot appointments` and `bot outbox` take; apart from what they do, so that other commands start fast."""

from __future__ import annotations

import argparse

WHEN = 'written as "2026-12-03 16:00", the practice\'s time'


def add_appointment_commands(parser: argparse.ArgumentParser) -> None:
    """The arguments of `bot appointments`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="what lies ahead: appointments, blocked times, call-back requests")
    for name, help_ in (
        ("show", "everything about an appointment or a call-back request"),
        ("cancel", "cancel; the visitor is told by mail if they may be written to"),
        ("done", "a call-back request is answered"),
    ):
        actions.add_parser(name, help=help_).add_argument("reference")
    move = actions.add_parser("move", help="to another time; only other appointments are in the way")
    move.add_argument("reference")
    move.add_argument("to", help=WHEN)
    move.add_argument("--minutes", type=int, help="a new length")
    block = actions.add_parser("block", help="keep a time free of appointments")
    block.add_argument("start", metavar="from", help=WHEN)
    block.add_argument("until", help=WHEN)
    block.add_argument("note", nargs="?", default="")
    actions.add_parser("unblock", help="free a blocked time; `list` shows its id").add_argument("id")


def add_outbox_commands(parser: argparse.ArgumentParser) -> None:
    """The arguments of `bot outbox`."""
    parser.add_argument("what", choices=["send"], help="send: what is due now, then tell how many are in which state")
