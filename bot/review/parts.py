"""The console's own stores, made once and shared by its pages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.database import Database
from bot.review.candidates import Candidates
from bot.review.casework import Casework
from bot.review.inbox import Inbox
from bot.review.index import Index
from bot.review.numbers import NumbersDesk
from bot.review.ports import Services
from bot.review.safety_queue import SafetyQueue
from bot.review.sample import Sample
from bot.review.today import Today
from bot.review.triage import Triage


class Parts:
    """Each part is documented in its own module."""

    def __init__(self, database: Database, services: Services) -> None:
        zone = ZoneInfo(services.zone)
        self.index = Index(database, services.transcripts)
        self.inbox = Inbox(database, zone)
        self.casework = Casework(database)
        self.safety = SafetyQueue(database, services.transcripts)
        self.today = Today(database)
        self.triage = Triage(database, services.encode)
        self.candidates = Candidates(database)
        self.numbers = NumbersDesk(database, zone)
        self.sample = Sample(database, zone)
