"""What the channel is given: wiring.py passes the real parts."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channel.privacy import Privacy
from bot.channel.turn import ContactDetails, Dialogue, Screen
from bot.log.store import ConversationLog


@dataclass(frozen=True)
class Ports:
    """screen sees the raw text of a message before anything else and may answer it at once."""

    log: ConversationLog
    dialogue: Dialogue
    screen: Screen
    details: ContactDetails
    privacy: Privacy
