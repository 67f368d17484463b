"""Settings of one installation, read once from BOT_... environment variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Mapping

from bot.errors import SettingError
from bot.outside import CalendarServer, MailServer, calendar_server, mail_server


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; docs: README, "Settings"."""

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = "sqlite:///var/chat.db"
    allowed_origins: tuple[str, ...] = ()  # the sites that may embed the chat, exactly as browsers send them
    model_dir: Path = Path("models")
    work_dir: Path = Path("var")  # versions, training jobs and the history of the content
    practice_file: Path = Path("practice.yml")
    session_hours: int = 24
    messages_per_minute: int = 30  # for each visitor session
    sessions_per_hour: int = 60  # for each network address
    keys_file: Path = Path("var/keys")  # seals contact details; made at the first start
    vault_keys: str = field(default="", repr=False)  # the same from the environment, newest first
    public_url: str = ""  # where visitors reach the bot, for links in mails; needed once mail is set up
    mail: MailServer | None = None  # BOT_SMTP_URL, BOT_MAIL_FROM, BOT_MAIL_TO, BOT_DIGEST_TO
    console_host: str = "127.0.0.1"
    console_port: int = 0  # 0: on the same server as the chat, at /console
    console_url: str = ""  # where staff reach the console; with https its cookies travel by https only
    backup_dir: Path | None = None  # where backups arrive, for a line on the console's first page
    demo: bool = False  # invented conversations in a database of their own, to try the console
    calendar: CalendarServer | None = None  # BOT_CALDAV_URL, BOT_CALDAV_USER, BOT_CALDAV_PASSWORD

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Raises SettingError with the name of a bad variable; its value is not repeated."""
        demo = env.get("BOT_DEMO", "") not in ("", "0")
        database_url = "sqlite:///var/demo.db" if demo else cls.database_url
        return cls(
            host=env.get("BOT_HOST", cls.host),
            port=_number(env, "BOT_PORT", cls.port, 1, 65535),
            database_url=env.get("BOT_DATABASE_URL", database_url),
            allowed_origins=_origins(env, "BOT_ALLOWED_ORIGINS"),
            model_dir=Path(env.get("BOT_MODEL_DIR", cls.model_dir)),
            work_dir=Path(env.get("BOT_WORK_DIR", cls.work_dir)),
            practice_file=Path(env.get("BOT_PRACTICE_FILE", cls.practice_file)),
            session_hours=_number(env, "BOT_SESSION_HOURS", cls.session_hours, 1, 168),
            messages_per_minute=_number(env, "BOT_MESSAGES_PER_MINUTE", cls.messages_per_minute, 1, 100_000),
            sessions_per_hour=_number(env, "BOT_SESSIONS_PER_HOUR", cls.sessions_per_hour, 1, 1_000_000),
            keys_file=Path(env.get("BOT_KEYS_FILE", cls.keys_file)),
            vault_keys=env.get("BOT_VAULT_KEYS", ""),
            public_url=_public_url(env, "BOT_PUBLIC_URL"),
            console_host=env.get("BOT_CONSOLE_HOST", cls.console_host),
            console_port=_number(env, "BOT_CONSOLE_PORT", cls.console_port, 0, 65535),
            console_url=_public_url(env, "BOT_CONSOLE_URL"),
            backup_dir=Path(env["BOT_BACKUP_DIR"]) if env.get("BOT_BACKUP_DIR") else None,
            demo=demo,
            mail=mail_server(env),
            calendar=calendar_server(env),
        )


def _number(env: Mapping[str, str], key: str, default: int, low: int, high: int) -> int:
    text = env.get(key, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingError(f"{key} must be a whole number from {low} to {high}.")
    return int(text)


def _origins(env: Mapping[str, str], key: str) -> tuple[str, ...]:
    origins = tuple(env.get(key, "").split())
    for origin in origins:
        if not origin.startswith(("https://", "http://")) or origin.count("/") != 2 or "*" in origin:
            raise SettingError(f"{key} must list origins such as https://www.example.org, separated by spaces.")
    return origins


def _public_url(env: Mapping[str, str], key: str) -> str:
    url = env.get(key, "").rstrip("/")
    if url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise SettingError(f"{key} must be an address such as https://chat.example.org")
    return url
