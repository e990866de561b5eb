"""Where things are: the settings of an installation, read from the environment."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from readiness.errors import ReadinessError

PROJECT = Path(__file__).resolve().parents[2]
SQL = PROJECT / "sql"
EXPECTATIONS = PROJECT / "expectations"

WAREHOUSE_ENGINES = ("duckdb", "postgresql")


@dataclass(frozen=True)
class Settings:
    """One installation. Every path below `home` is private to its owner (0700, files 0600).

    home: reports, outbox, embedded warehouse, ledger, vault and Airflow's home.
    case_system: an SQLAlchemy URL, or the path of a file or folder (an Annex A workbook, a CIN census, CSV or Parquet).
    warehouse: an SQLAlchemy URL; only DuckDB and PostgreSQL can be one.
    authority: the folder with profile, inspections and recipients.
    """

    home: Path
    case_system: str
    warehouse: str
    authority: Path

    @classmethod
    def from_environment(cls, connection: Callable[[str], str | None] = lambda name: None) -> "Settings":
        """Read READINESS_HOME, READINESS_CASE_SYSTEM, READINESS_WAREHOUSE and READINESS_AUTHORITY.

        `connection(name)` gives the URL of the Airflow connection `case_system` or `warehouse`, or None; the
        environment wins over it, and files in the home folder are the last resort.
        """
        home = _folder("READINESS_HOME", Path("var"))
        return cls(
            home=home,
            case_system=os.environ.get("READINESS_CASE_SYSTEM")
            or connection("case_system")
            or f"sqlite:///{home / 'county.sqlite'}",
            warehouse=os.environ.get("READINESS_WAREHOUSE")
            or connection("warehouse")
            or f"duckdb:///{home / 'warehouse.duckdb'}",
            authority=_folder("READINESS_AUTHORITY", PROJECT / "authority"),
        )

    def __post_init__(self) -> None:
        engine = _parsed(self.warehouse, "READINESS_WAREHOUSE").get_backend_name()
        if engine not in WAREHOUSE_ENGINES:
            raise ReadinessError(
                f"READINESS_WAREHOUSE is a {engine} address; the warehouse can be duckdb:///<file> "
                "or postgresql+psycopg://<user>@<host>/<database>."
            )
        if not is_path(self.case_system):
            _parsed(self.case_system, "READINESS_CASE_SYSTEM")

    @property
    def has_embedded_warehouse(self) -> bool:
        return make_url(self.warehouse).get_backend_name() == "duckdb"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def staging(self) -> Path:
        return self.home / "staging"

    @property
    def airflow_home(self) -> Path:
        return self.home / "airflow"

    @property
    def identity_key(self) -> Path:
        return self.home / "identity.key"

    @property
    def ledger_url(self) -> str:
        return f"sqlite:///{self.home / 'ledger.sqlite'}" if self.has_embedded_warehouse else self.warehouse

    @property
    def vault_url(self) -> str:
        return f"sqlite:///{self.home / 'vault.sqlite'}" if self.has_embedded_warehouse else self.warehouse


def is_path(address: str) -> bool:
    """Whether a source is a file or folder rather than a database."""
    return "://" not in address


def masked(url: str) -> str:
    """The address without its password, for messages."""
    if is_path(url):
        return url
    return _parsed(url, "address").render_as_string(hide_password=True)


def private_folder(path: Path) -> Path:
    """Make `path` if need be, open to its owner only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_privately(file: Path, content: str | bytes) -> Path:
    """Put a file in its place, whole or not at all, open to its owner only; its folder is made if need be. Content that
    is there already is not written again."""
    data = content.encode() if isinstance(content, str) else content
    if file.exists() and file.read_bytes() == data:
        return file
    draft = private_folder(file.parent) / f".{file.name}.{os.getpid()}-{threading.get_ident()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    return draft.replace(file)


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).expanduser().resolve()


def _parsed(url: str, name: str):
    try:
        return make_url(url)
    except ArgumentError:
        raise ReadinessError(
            f"{name} is not a database address. Expected something like sqlite:////folder/file.sqlite "
            "or postgresql+psycopg://user@host/database"
            + (", or the path of a file or folder." if name == "READINESS_CASE_SYSTEM" else ".")
        ) from None
