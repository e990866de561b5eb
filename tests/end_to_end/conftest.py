"""A small county, and the command line as a user calls it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from readiness.demo import exampleshire, write_county
from readiness.ledger import Ledger
from readiness.settings import PROJECT, Settings


@dataclass(frozen=True)
class Installation:
    """A home and the case system it reads; `run` calls the command line with them."""

    home: Path
    case_system: Path

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(*arguments), **self.call(**environment), timeout=900)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(self.command(*arguments), **self.call(**environment), start_new_session=True)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "readiness", *arguments]

    def call(self, **environment: str) -> dict:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "READINESS"))}
        return {
            "cwd": PROJECT,
            "text": True,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "env": inherited
            | {
                "PYTHONPATH": str(PROJECT / "plugins"),
                "READINESS_HOME": str(self.home),
                "READINESS_CASE_SYSTEM": f"sqlite:///{self.case_system}",
            }
            | environment,
        }

    def ledger(self) -> Ledger:
        return Ledger(
            Settings(
                home=self.home,
                case_system=f"sqlite:///{self.case_system}",
                warehouse=f"duckdb:///{self.home / 'warehouse.duckdb'}",
                authority=PROJECT / "authority",
            )
        )

    def files(self, pattern: str) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.home)): path.read_bytes() for path in self.home.glob(pattern) if path.is_file()
        }


@pytest.fixture(scope="session")
def small_county(tmp_path_factory) -> Path:
    """Exampleshire at a fiftieth of its size."""
    file = tmp_path_factory.mktemp("county") / "county.sqlite"
    write_county(file, exampleshire().resized(0.02))
    return file
