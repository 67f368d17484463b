"""The servers outside: read from the environment, refused in one sentence that repeats no secret."""

import pytest

from bot.errors import SettingError
from bot.outside import is_mail_address
from bot.settings import Settings

MAIL = {"BOT_MAIL_FROM": "Appointments <appointments@practice.example>", "BOT_PUBLIC_URL": "https://chat.practice.example/"}


def test_without_settings_nothing_is_sent_anywhere():
    settings = Settings.from_env({})
    assert settings.mail is None and settings.calendar is None and settings.public_url == ""


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "user"),
    [
        ("smtps://me%40x:s3cret@mail.example", "mail.example", 465, True, "me@x"),
        ("smtp://me:s3cret@mail.example", "mail.example", 587, False, "me"),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, False, ""),
    ],
)
def test_a_mail_server(url, host, port, tls, user):
    mail = Settings.from_env({**MAIL, "BOT_SMTP_URL": url}).mail
    assert (mail.host, mail.port, mail.tls, mail.user) == (host, port, tls, user)
    assert (mail.sender, mail.sender_name) == ("appointments@practice.example", "Appointments")
    assert mail.is_near == (host == "127.0.0.1")


def test_a_password_is_never_shown():
    env = {**MAIL, "BOT_SMTP_URL": "smtps://me:s3cret@mail.example", "BOT_CALDAV_URL": "https://dav.example/a/",
           "BOT_CALDAV_PASSWORD": "s3cret"}  # fmt: skip
    assert "s3cret" not in repr(Settings.from_env(env))


@pytest.mark.parametrize(
    "change",
    [
        {"BOT_SMTP_URL": "mail.s3cret"},
        {"BOT_SMTP_URL": "http://s3cret"},
        {"BOT_SMTP_URL": "smtp://me:s3cret@mail.example:port"},
        {"BOT_MAIL_FROM": "s3cret"},
        {"BOT_MAIL_FROM": "a@b\r\nBcc: s3cret@x"},
        {"BOT_MAIL_TO": "s3cret"},
        {"BOT_MAIL_FROM": ""},
        {"BOT_PUBLIC_URL": ""},
        {"BOT_PUBLIC_URL": "s3cret"},
        {"BOT_CALDAV_URL": "dav.s3cret"},
        {"BOT_CALDAV_URL": "https://me:s3cret@dav.example/"},
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(change):
    with pytest.raises(SettingError) as refused:
        Settings.from_env({**MAIL, "BOT_SMTP_URL": "smtp://mail.example", **change})
    assert "BOT_" in str(refused.value) and "s3cret" not in str(refused.value)


@pytest.mark.parametrize("address", ["a@b.example", "first.last+tag@b.example", "ünal@example.org"])
def test_plain_addresses(address):
    assert is_mail_address(address)


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b\n", "a@b,c@d", "<a@b>", "a@b;", "x" * 251 + "@b.c"]
)
def test_what_is_no_plain_address(address):
    assert not is_mail_address(address)
