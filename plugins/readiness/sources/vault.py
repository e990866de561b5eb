"""Who stands behind a hash: the installation's key, and the vault that leads authorised people back.

Ids of children and workers are replaced by a keyed hash per domain (BLAKE2b). The vault holds the ids behind the
hashes, in a file or schema of its own: of children and workers all, of records those whose rows are in quarantine, so
that the data team can find the row to mend. It also holds the fingerprint of the key: with another key every hash
would change and all history would be closed, so another key is refused.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from readiness.control import control_engine
from readiness.errors import ReadinessError
from readiness.settings import Settings, private_folder

KEY_BYTES, HASH_BYTES = 32, 10

METADATA = sa.MetaData()
IDENTITIES = sa.Table(
    "identities",
    METADATA,
    sa.Column("domain", sa.String, primary_key=True),
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("id", sa.String, nullable=False),
)
KEYS = sa.Table(
    "keys",
    METADATA,
    sa.Column("purpose", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),
)
USES = sa.Table(
    "uses",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("is_found", sa.Boolean, nullable=False),
)


class IdentityKeyChanged(ReadinessError):
    """The installation's identity key is not the one that its history was made with."""


@dataclass(frozen=True)
class IdentityKey:
    secret: bytes = field(repr=False)

    def hashed(self, domain: str, value: str) -> str:
        """20 hexadecimal digits; the same id gives another hash in another domain."""
        return self.hashes(domain, [value])[0]

    def hashes(self, domain: str, values: Iterable[str]) -> list[str]:
        """`hashed` of many values: the key is taken in once, not for each of them."""
        begun = hashlib.blake2b(key=self.secret, person=domain.encode(), digest_size=HASH_BYTES)
        digests = []
        for value in values:
            digest = begun.copy()
            digest.update(value.encode())
            digests.append(digest.hexdigest())
        return digests

    @property
    def fingerprint(self) -> str:
        return self.hashed("fingerprint", "readiness")


class Vault:
    """The ids behind the hashes. Open it, use it, let it go; it is never held across a load."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = control_engine(settings.vault_url, "vault", METADATA)

    def key(self) -> IdentityKey:
        """The installation's key, made at the first use; one that differs from the first is refused."""
        with self.engine.connect() as connection:
            known = connection.scalar(sa.select(KEYS.c.fingerprint).where(KEYS.c.purpose == "identity"))
        file = self.settings.identity_key
        if not file.exists():
            if known is not None:
                raise IdentityKeyChanged(
                    f"The identity key {file} is gone, but the vault knows that there was one. Put the file back from "
                    "your backup: with a new key no child would be recognised and all history would be closed."
                )
            _make_key(file)
        key = IdentityKey(file.read_bytes())
        with self.engine.begin() as connection:
            connection.execute(
                self._insert(KEYS).values(purpose="identity", fingerprint=key.fingerprint).on_conflict_do_nothing()
            )
            known = connection.scalar(sa.select(KEYS.c.fingerprint).where(KEYS.c.purpose == "identity"))
        if known != key.fingerprint:
            raise IdentityKeyChanged(
                f"The identity key {file} is not the one that this installation began with. Put the first one back: "
                "with another key no child would be recognised and all history would be closed."
            )
        return key

    def keep(self, domain: str, identities: pd.DataFrame) -> None:
        """Remember the ids (column id) behind the hashes (column hash); those known already stay as they are."""
        with self.engine.begin() as connection:
            known = set(connection.scalars(sa.select(IDENTITIES.c.hash).where(IDENTITIES.c.domain == domain)))
            new = identities[~identities["hash"].isin(known)].drop_duplicates("hash")
            rows = [{"domain": domain, "hash": h, "id": i} for h, i in zip(new["hash"], new["id"], strict=True)]
            if rows:
                connection.execute(self._insert(IDENTITIES).on_conflict_do_nothing(), rows)

    def ids(self, domain: str, hashes: Iterable[str]) -> dict[str, str]:
        """Hash -> id, of those that the vault knows. For the machinery itself; people use `reidentify`."""
        wanted = set(hashes)
        with self.engine.connect() as connection:
            rows = connection.execute(
                sa.select(IDENTITIES.c.hash, IDENTITIES.c.id).where(IDENTITIES.c.domain == domain)
            )
            return {row.hash: row.id for row in rows if row.hash in wanted}

    def _insert(self, table: sa.Table):
        return (sqlite if self.engine.dialect.name == "sqlite" else postgresql).insert(table)


def reidentify(settings: Settings, hashed: str, who: str, why: str, at: datetime | None = None) -> str:
    """The id behind a hash, for someone entitled to know it. Every use is written down before the answer is given:
    when, who, why and which hash, also when nothing is found."""
    if not who.strip() or not why.strip():
        raise ReadinessError("To look behind a hash, say who you are and why you need to know; both are written down.")
    vault = Vault(settings)
    at = at or datetime.now(UTC).replace(tzinfo=None)
    with vault.engine.begin() as connection:
        found = connection.scalar(sa.select(IDENTITIES.c.id).where(IDENTITIES.c.hash == hashed.strip()))
        connection.execute(
            sa.insert(USES).values(
                at=at, who=who.strip(), why=why.strip(), hash=hashed.strip(), is_found=found is not None
            )
        )
    if found is None:
        raise ReadinessError("The vault knows nobody behind this hash. The question was written down all the same.")
    return found


def _make_key(file: Path) -> None:
    """Write a new key, whole or not at all; of several processes that try at once, the first one's stays."""
    private_folder(file.parent)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".identity-")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        Path(draft).unlink()
