"""The vault's rows in the database."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.log.vault_store import SqlVaultStore
from bot.privacy.keys import Sealer
from bot.privacy.vault import Vault, rotate


@pytest.fixture
def vault(database, tmp_path):
    return Vault(Sealer(tmp_path / "keys"), SqlVaultStore(database))


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_a_value_comes_back_and_is_in_no_file(vault, tmp_path):
    token = vault.put("PHONE", "650-555-0142", "c1")
    assert vault.get(token) == "650-555-0142"
    assert b"555-0142" not in bytes_of(tmp_path)


def test_a_kept_value_tells_no_end_and_an_ended_one_is_not_given(vault):
    token = vault.put("PHONE", "650-555-0142", "c1")
    vault.keep(token, until=datetime.now(timezone.utc) - timedelta(seconds=1))
    assert vault.get(token) is None
    vault.keep(token)
    assert vault.get(token) == "650-555-0142"


def test_a_rotation_seals_every_row_anew(vault, database, tmp_path):
    tokens = [vault.put("NAME", f"Ada {i}", "c1") for i in range(3)]
    before = [SqlVaultStore(database).find(token).sealed for token in tokens]
    assert rotate(Sealer(tmp_path / "keys"), [SqlVaultStore(database)]) == 3
    assert [vault.get(token) for token in tokens] == ["Ada 0", "Ada 1", "Ada 2"]
    assert not set(before) & {SqlVaultStore(database).find(token).sealed for token in tokens}
