"""What the console shows of mails that are not out, and sending them again."""

import re

import pytest
import sqlalchemy as sa

from bot.booking.records import Contact
from bot.booking.tables import outbox
from tests.web.console_help import with_booking


@pytest.fixture
def world(tmp_path):
    yield from with_booking(f"sqlite:///{tmp_path}/chat.db")


def test_a_failed_mail_is_shown_with_its_fault_and_sent_again_with_an_entry_in_the_audit(world):
    booking, browser = world.booking, world.client("cleo", "clinician")
    start = booking.free_times("consultation")[0]
    contact = Contact("Anna", "+16505550101", email="anna@example.org", write_ok=True)
    booking.confirm(booking.hold("consultation", start, "c").id, contact)
    with world.database.transaction() as connection:
        failed = {"state": "failed", "fault": "Undeliverable", "attempts": 1}
        connection.execute(outbox.update().where(outbox.c.channel == "visitor").values(failed))
        assert connection.execute(sa.select(outbox.c.id)).first()
    page = browser.get("/appointments").body
    assert "the address is refused" in page and "anna@" not in page
    address = re.search(r'action="/console(/outbox/\d+/again)"', page).group(1)
    assert browser.post(address).status == 303
    assert "It is tried within seconds" in browser.get("/appointments").body
    assert world.console.audit.latest(1)[0].what == "mail sent again"
    assert [one.state for one in booking.unsent()].count("failed") < page.count("failed</span>")
