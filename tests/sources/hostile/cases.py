"""Files that are broken, hostile or empty: what each one is, how to make it, and what the reader must say of it.

Each kind of file has a module here that ends in `_cases` and holds CASES. The page docs/refused-files.md is made from
them.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

KINDS = {"annex_a": "Annex A workbook", "cin_census": "CIN census XML", "folder": "Folder of CSV or Parquet files"}


@dataclass(frozen=True)
class HostileFile:
    """kind: of KINDS. what: in a few words, for the docs. make: writes it below a folder and gives the path to read.
    says: what the one message says, as a regular expression without values of persons. feed: whose load is refused."""

    kind: str
    what: str
    make: Callable[[Path], Path]
    says: str
    feed: str = "referrals"


def every_case() -> list[HostileFile]:
    found = (importlib.import_module(f"tests.sources.hostile.{kind}_cases").CASES for kind in KINDS)
    return [case for cases in found for case in cases]
