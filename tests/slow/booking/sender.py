"""An outbox worker as a process of its own, to be killed. usage: sender.py URL MAIL_PORT NOW"""

import sys
from datetime import datetime
from types import SimpleNamespace

from tests.booking_helpers import Clock, open_booking, outbox_by, send_all

if __name__ == "__main__":
    clock = Clock()
    clock.now = datetime.fromisoformat(sys.argv[3])
    booking = open_booking(sys.argv[1], clock)
    send_all(outbox_by(SimpleNamespace(port=int(sys.argv[2])), booking))
