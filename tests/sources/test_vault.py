"""The key of an installation, the hashes it makes, and the way back to a child."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest
import sqlalchemy as sa

from readiness.errors import ReadinessError
from readiness.sources import IdentityKeyChanged, Vault, reidentify
from readiness.sources.vault import USES, IdentityKey


def kept(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["hash", "id"])


def test_a_hash_depends_on_key_domain_and_id():
    one, other = IdentityKey(b"1" * 32), IdentityKey(b"2" * 32)
    hashes = {
        one.hashed("child", "7"),
        one.hashed("worker", "7"),
        one.hashed("child", "8"),
        other.hashed("child", "7"),
    }
    assert len(hashes) == 4
    assert one.hashed("child", "7") == one.hashed("child", "7")


def test_the_key_is_made_once_and_is_its_owners_alone(home):
    first = Vault(home).key()
    assert Vault(home).key() == first
    assert stat.S_IMODE(home.identity_key.stat().st_mode) == 0o600
    assert stat.S_IMODE((home.home / "vault.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.home.stat().st_mode) == 0o700
    assert len(first.secret) == 32


def test_many_at_once_make_one_key(home):
    vaults = [Vault(home) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda vault: vault.key(), vaults))
    assert len(set(keys)) == 1
    assert not list(home.home.glob(".identity-*"))


def test_another_key_is_refused(home):
    Vault(home).key()
    home.identity_key.write_bytes(b"x" * 32)
    with pytest.raises(IdentityKeyChanged, match="is not the one that this installation began with"):
        Vault(home).key()


def test_a_lost_key_is_not_replaced_by_a_new_one(home):
    Vault(home).key()
    home.identity_key.unlink()
    with pytest.raises(IdentityKeyChanged, match="Put the file back from your backup"):
        Vault(home).key()
    assert not home.identity_key.exists()


def test_the_key_shows_in_no_print_of_it(home):
    key = Vault(home).key()
    assert str(key.secret) not in repr(key)


def test_the_vault_keeps_the_first_id_behind_a_hash(home):
    vault = Vault(home)
    vault.keep("child", kept(("h1", "1"), ("h2", "2"), ("h1", "1.0")))
    vault.keep("child", kept(("h1", "01"), ("h3", "3")))
    assert vault.ids("child", ["h1", "h2", "h3", "h9"]) == {"h1": "1", "h2": "2", "h3": "3"}
    assert vault.ids("worker", ["h1"]) == {}


def test_looking_behind_a_hash_is_written_down(home):
    Vault(home).keep("child", kept(("h1", "4711")))
    at = datetime(2026, 11, 2, 9)
    assert reidentify(home, "h1", "A. Analyst", "row in quarantine", at) == "4711"
    with pytest.raises(ReadinessError, match="knows nobody"):
        reidentify(home, "h9", "A. Analyst", "a guess", at)
    with Vault(home).engine.connect() as connection:
        uses = connection.execute(sa.select(USES.c.at, USES.c.who, USES.c.why, USES.c.hash, USES.c.is_found)).all()
    assert uses == [
        (at, "A. Analyst", "row in quarantine", "h1", True),
        (at, "A. Analyst", "a guess", "h9", False),
    ]


@pytest.mark.parametrize(("who", "why"), [("", "because"), ("A. Analyst", "  ")])
def test_nobody_looks_behind_a_hash_without_saying_who_and_why(home, who, why):
    Vault(home).keep("child", kept(("h1", "4711")))
    with pytest.raises(ReadinessError, match="who you are and why"):
        reidentify(home, "h1", who, why)


def test_the_vault_is_a_schema_on_a_server(home, postgresql_url):
    settings = replace(home, warehouse=postgresql_url)
    vault = Vault(settings)
    assert vault.key() == Vault(settings).key()
    vault.keep("worker", kept(("h1", "W1")))
    assert vault.ids("worker", ["h1"]) == {"h1": "W1"}
    with vault.engine.connect() as connection:
        assert sa.inspect(connection).has_table("identities", schema="vault")
