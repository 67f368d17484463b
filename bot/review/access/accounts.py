"""Accounts of the practice's staff: name, roles, password, second factor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Iterable

import sqlalchemy as sa

from bot.database import Clash, Database
from bot.review.access import second_factor
from bot.review.access.passwords import Passwords, made_up, refuse_weak
from bot.review.ports import Cipher, NotFound, Refusal
from bot.review.roles import ADMIN, ROLES
from bot.review.tables import accounts, sessions

_A = accounts.c


@dataclass(frozen=True)
class Account:
    """`is_set_up`: it has a second factor, and a password of its own."""

    id: int
    name: str
    roles: frozenset[str]
    is_set_up: bool
    demo: bool
    recovery_left: int


class Accounts:
    """Reads and writes of accounts. Safe to use from several threads."""

    def __init__(self, database: Database, cipher: Cipher, passwords: Passwords | None = None) -> None:
        self._database, self._cipher = database, cipher
        self._passwords = passwords or Passwords()

    def add(self, name: str, roles: Iterable[str], demo: bool = False) -> str:
        """A new account; gives the password for its first log-in. Raises Refusal."""
        name, chosen = name.strip().lower(), sorted(set(roles))
        if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{1,59}", name):
            raise Refusal("A name has 2 to 60 small letters, digits, dots or dashes, such as azizeh.")
        if not chosen or not set(chosen) <= set(ROLES):
            raise Refusal(f"Give one role at least: {', '.join(ROLES)}.")
        password = made_up()
        row = {
            "name": name,
            "roles": " ".join(chosen),
            "password": self._passwords.hash(password),
            "last_step": 0,
            "recovery": [],
            "demo": demo,
            "made_at": datetime.now(timezone.utc),
        }
        try:
            with self._database.transaction() as connection:
                connection.execute(accounts.insert().values(row))
        except Clash:
            raise Refusal("There is an account with this name already; choose another name.") from None
        return password

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(sa.select(accounts).order_by(_A.name))]

    def find(self, account_id: int) -> Account | None:
        """The account of an id."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(accounts).where(_A.id == account_id)).first()
        return _account(row) if row else None

    def named(self, name: str) -> Account:
        """The account of a name. Raises NotFound."""
        found = next((account for account in self.all() if account.name == name.strip().lower()), None)
        if found is None:
            raise NotFound("There is no such account; `bot review-user list` shows them.")
        return found

    def check(self, name: str, password: str) -> Account | None:
        """The account of this name and password; takes as long for a name that does not exist."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(accounts).where(_A.name == name.strip().lower())).first()
        return _account(row) if self._passwords.matches(password, row and row.password) else None

    def check_code(self, account_id: int, code: str) -> bool:
        """Whether the code of the app, or a recovery code, is right; each counts once."""
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(accounts).where(_A.id == account_id)).first()
            if row is None or row.sealed_secret is None:
                return False
            change = accounts.update().where(_A.id == account_id)
            step = second_factor.step_of(self._cipher.decrypt(row.sealed_secret), code, row.last_step)
            if step is not None:
                connection.execute(change.values(last_step=step))
                return True
            used = second_factor.fingerprint(code)
            if used not in row.recovery:
                return False
            connection.execute(change.values(recovery=[left for left in row.recovery if left != used]))
            return True

    def set_up(self, account_id: int, password: str, secret: str, code: str) -> list[str]:
        """Keeps a password of one's own and a second factor; gives the recovery codes. Raises Refusal."""
        account = self._known(account_id)
        refuse_weak(password, account.name)
        if self.matches(account_id, password):
            raise Refusal("Please choose a password of your own instead of the one you were given.")
        step = second_factor.step_of(secret, code, 0)
        if step is None:
            raise Refusal("That code is not right; please wait for the next one and type it again.")
        codes = second_factor.recovery_codes()
        values = {
            "password": self._passwords.hash(password),
            "sealed_secret": self._cipher.encrypt(secret),
            "last_step": step,
            "recovery": [second_factor.fingerprint(code) for code in codes],
        }
        self._change(account_id, values)
        return codes

    def matches(self, account_id: int, password: str) -> bool:
        """Whether it is the account's present password."""
        with self._database.reading() as connection:
            hashed = connection.execute(sa.select(_A.password).where(_A.id == account_id)).scalar()
        return self._passwords.matches(password, hashed)

    def change_password(self, account_id: int, old: str, new: str) -> None:
        """Raises Refusal."""
        if not self.matches(account_id, old):
            raise Refusal("The present password is not right; nothing was changed.")
        refuse_weak(new, self._known(account_id).name)
        self._change(account_id, {"password": self._passwords.hash(new)})

    def new_recovery_codes(self, account_id: int) -> list[str]:
        """Fresh codes in place of the old ones."""
        codes = second_factor.recovery_codes()
        self._change(account_id, {"recovery": [second_factor.fingerprint(code) for code in codes]})
        return codes

    def reset(self, account_id: int) -> str:
        """A new password for the first log-in, the second factor to be set up again; every session ends."""
        password = made_up()
        self._change(
            account_id,
            {"password": self._passwords.hash(password), "sealed_secret": None, "recovery": [], "last_step": 0},
        )
        self.end_sessions(account_id)
        return password

    def remove(self, account_id: int) -> None:
        """Removes an account; the last administrator stays. Raises Refusal."""
        account = self._known(account_id)
        if ADMIN in account.roles and sum(ADMIN in other.roles for other in self.all()) == 1:
            raise Refusal("This is the last administrator; add another one first.")
        with self._database.transaction() as connection:
            connection.execute(accounts.delete().where(_A.id == account_id))

    def end_sessions(self, account_id: int) -> None:
        """Logs an account out everywhere."""
        with self._database.transaction() as connection:
            connection.execute(sessions.delete().where(sessions.c.account_id == account_id))

    def reseal(self, change: Callable[[str], str]) -> int:
        """Replaces each sealed secret by `change(sealed)`, for a new key; tells how many there were."""
        with self._database.transaction() as connection:
            rows = connection.execute(sa.select(_A.id, _A.sealed_secret).where(_A.sealed_secret.isnot(None))).all()
            for row in rows:
                connection.execute(
                    accounts.update().where(_A.id == row.id).values(sealed_secret=change(row.sealed_secret))
                )
            connection.execute(sessions.update().values(sealed_secret=None))  # half-done set-ups start again
        return len(rows)

    def _known(self, account_id: int) -> Account:
        account = self.find(account_id)
        if account is None:
            raise NotFound("There is no such account.")
        return account

    def _change(self, account_id: int, values: dict[str, Any]) -> None:
        with self._database.transaction() as connection:
            connection.execute(accounts.update().where(_A.id == account_id).values(values))


def _account(row: Any) -> Account:
    roles = frozenset(row.roles.split())
    return Account(row.id, row.name, roles, row.sealed_secret is not None, row.demo, len(row.recovery))
