"""The real console over invented conversations and appointments, for the browser tests; no model is needed.

Usage: python tests/browser/console_server.py PORT FOLDER   (prints one line of JSON when it answers)
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sanic import Sanic

from bot.booking.records import Contact
from bot.database import Database
from bot.log.invented import put
from bot.log.store import ConversationLog
from bot.practice import load_practice
from bot.review.demo.month import Month
from bot.review.serving import serve_here
from bot.settings import Settings
from bot.wiring_console import make_console, topics
from bot.wiring_parts import make_booking, make_erasure


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    url = f"sqlite:///{folder}/console.db"
    file = folder / "practice.yml"
    shutil.copyfile("tests/data/practice_booking.yml", file)
    settings = Settings(
        database_url=url, keys_file=folder / "keys", work_dir=folder / "var", practice_file=file, demo=True
    )
    practice = load_practice(file)
    database = Database(url)
    ConversationLog(database).migrate()
    booking = make_booking(settings, practice, database)
    for number, kind in enumerate(booking.kinds() * 2):
        start = booking.free_times(kind.id, datetime.now(timezone.utc) + timedelta(days=1))[number * 3]
        contact = Contact(("Robin", "Sam", "Kim", "Alex")[number % 4], "+16505550100", voicemail_ok=True)
        booking.confirm(booking.hold(kind.id, start, f"c{number}").id, contact)
    booking.call_back("k" * 32, Contact("Jo", "+16505550101"), "after 5 pm", "c9")
    console = make_console(settings, practice, database, make_erasure(settings, database, practice), booking)
    console.migrate()
    month = Month(topics(), {}, datetime.now(timezone.utc))
    put(database, month.conversations(400), [{"id": "o", "text": "Hello. I am an automated assistant."}])
    console.parts.index.catch_up(now=True)
    console.parts.triage.regroup()
    told = {
        "demo": console.accounts.add("demo", ("clinician", "reviewer", "admin"), demo=True),
        "newcomer": console.accounts.add("newcomer", ("clinician",)),
    }
    app = Sanic("console-browser-test", configure_logging=False)
    serve_here(app, console)

    @app.after_server_start
    async def ready(*_: Any) -> None:
        print(json.dumps(told), flush=True)

    app.run("127.0.0.1", port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
