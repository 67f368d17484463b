"""The channel's ports for tests of other things: what a test does not give screens, takes and redacts nothing."""

from datetime import timedelta

from bot.channel.ports import Ports, Privacy
from bot.channel.screened import NoContactDetails
from bot.log.erasure import LogErasure
from bot.privacy.codes import issue_code
from bot.privacy.erasure import Erasure
from bot.privacy.notice import Notice


def unscreened(text, in_booking=False):
    return None


def log_alone(log):
    """No redaction, a notice without words, erasure from the log only."""
    erasing = LogErasure(log.database)
    return Privacy(str, Notice("1", "A notice."), Erasure(erasing, [erasing], [], timedelta(days=30)), issue_code)


def ports(log, dialogue, screen=None, details=None, privacy=None):
    return Ports(log, dialogue, screen or unscreened, details or NoContactDetails(), privacy or log_alone(log))
