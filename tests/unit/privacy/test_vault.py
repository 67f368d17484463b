"""The vault: sealed, short-lived, found by token only, and its keys can be changed."""

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet

from bot.privacy.keys import KeysUnusable, Sealer
from bot.privacy.vault import TOKEN, Vault, VaultStore, rotate


class InMemory(VaultStore):
    def __init__(self):
        self.entries = {}

    def insert(self, entry):
        self.entries[entry.token] = entry

    def find(self, token):
        return self.entries.get(token)

    def set_expiry(self, token, expires_at):
        old = self.entries[token]
        self.entries[token] = type(old)(old.token, old.conversation_id, old.sealed, expires_at)

    def reseal(self, change):
        for token, old in self.entries.items():
            self.entries[token] = type(old)(token, old.conversation_id, change(old.sealed), old.expires_at)
        return len(self.entries)


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def store():
    return InMemory()


@pytest.fixture
def vault(keys, store):
    return Vault(Sealer(keys), store)


def test_a_token_gives_the_value_back_and_tells_only_its_kind(vault, store):
    token = vault.put("PHONE", "650-555-0142", "c1")
    assert vault.get(token) == "650-555-0142"
    assert TOKEN.fullmatch(token).group(1) == "PHONE" and "555" not in token
    assert "555" not in repr(store.entries)


def test_the_same_value_gets_another_token_each_time(vault):
    assert vault.put("NAME", "Ada", "c1") != vault.put("NAME", "Ada", "c1")


@pytest.mark.parametrize("kind", ["", "no", "phone", "PHONE>", "A" * 11])
def test_a_kind_that_makes_no_token_is_refused(vault, store, kind):
    with pytest.raises(ValueError):
        vault.put(kind, "650-555-0142", "c1")
    assert not store.entries


def test_an_unknown_token_gives_nothing(vault):
    assert vault.get("<PHONE:v0000000000000000>") is None and vault.get("650") is None


def test_a_value_is_gone_after_its_life_unless_kept(keys, store):
    vault = Vault(Sealer(keys), store, life=timedelta(0))
    lost, kept, booked = (vault.put("EMAIL", "a@b.example", "c1") for _ in range(3))
    vault.keep(kept)
    vault.keep(booked, until=datetime.now(timezone.utc) + timedelta(days=3))
    assert [vault.get(token) for token in (lost, kept, booked)] == [None, "a@b.example", "a@b.example"]


def test_a_column_of_ones_own_can_be_sealed(vault):
    sealed = vault.encrypt("Zoë 🙂")
    assert "Zoë" not in sealed and vault.decrypt(sealed) == "Zoë 🙂"


# keys
def test_the_keys_file_is_made_for_its_owner_only(vault, keys):
    assert keys.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in keys.parent.iterdir()] == ["keys"]


def test_a_keys_file_others_can_read_is_refused_with_the_remedy(vault, keys):
    keys.chmod(0o640)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        Sealer(keys)


@pytest.mark.parametrize("content", ["", "not a key", "\x00"])
def test_a_broken_keys_file_is_named_without_its_content(keys, content):
    keys.write_text(content)
    keys.chmod(0o600)
    with pytest.raises(KeysUnusable) as error:
        Sealer(keys)
    assert "keys" in str(error.value) and (not content or content not in str(error.value))


def test_keys_from_the_environment_need_no_file(keys):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Sealer(keys, old).encrypt("x")
    assert Sealer(keys, f"{new} {old}").decrypt(sealed) == "x" and not keys.exists()
    with pytest.raises(KeysUnusable):
        Sealer(keys, new).decrypt(sealed)


def test_processes_that_start_together_share_one_key(keys):
    program = f"""
from pathlib import Path
from bot.privacy.keys import Sealer
print(Sealer(Path({str(keys)!r})).encrypt("x"))
"""
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(4)]
    sealed = [process.communicate()[0].decode().strip() for process in started]
    assert [Sealer(keys).decrypt(text) for text in sealed] == ["x"] * 4


# rotation
def test_rotation_seals_anew_and_the_old_key_opens_nothing(vault, keys, store):
    token = vault.put("PHONE", "650-555-0142", "c1")
    old = keys.read_text().split()[0]
    assert rotate(Sealer(keys), [store]) == 1
    assert vault.get(token) == "650-555-0142"
    with pytest.raises(KeysUnusable):
        Sealer(keys.with_name("none"), old).decrypt(store.entries[token].sealed)
    assert keys.stat().st_mode & 0o777 == 0o600


def test_a_running_server_sees_the_new_key_and_what_it_sealed_meanwhile_stays_readable(vault, keys, store):
    sealed_before = vault.encrypt("meanwhile")
    rotate(Sealer(keys), [store])
    sealed_by_new = Sealer(keys).encrypt("new")
    assert vault.decrypt(sealed_by_new) == "new" and vault.decrypt(sealed_before) == "meanwhile"


def test_two_rotations_drop_a_key(keys, store):
    first = Sealer(keys)
    old = first.encrypt("x")
    for _ in range(2):
        rotate(Sealer(keys), [store])
    assert len(keys.read_text().split()) == 2
    with pytest.raises(KeysUnusable) as error:
        first.decrypt(old)
    assert error.value.__cause__ is None


def test_a_text_no_key_opens_stops_the_rotation_and_loses_nothing(vault, keys, store, tmp_path):
    token = vault.put("PHONE", "650-555-0142", "c1")
    entry = store.entries[token]
    stranger = Sealer(tmp_path / "other").encrypt("x")
    store.entries["alien"] = type(entry)("alien", "c1", stranger, None)
    with pytest.raises(KeysUnusable):
        rotate(Sealer(keys), [store])
    assert vault.get(token) == "650-555-0142"


def test_an_unwritable_folder_is_told(tmp_path):
    if os.geteuid() == 0:
        (tmp_path / "file").write_text("")
        place = tmp_path / "file" / "keys"
    else:
        tmp_path.chmod(0o500)
        place = tmp_path / "keys"
    with pytest.raises(KeysUnusable, match="cannot be made"):
        Sealer(place)
