"""`make evidence-pack`: inspectors arrive on Monday."""

import getpass
import os
import pwd
import sys
from datetime import datetime
from pathlib import Path

from readiness.delivery.evidence_pack import check_passphrase, make_pack
from readiness.errors import ReadinessError
from readiness.ledger import Ledger
from readiness.periods import Month
from readiness.settings import Settings
from readiness.tasks import case_lists

PASSPHRASE = "READINESS_PACK_PASSPHRASE"


def evidence_pack_command(
    settings: Settings, month: Month | None, file: str | None, is_with_cases: bool, at: datetime
) -> int:
    """Pack the evidence behind a month's current report, by default of the newest month reported; gives 0.

    With case lists, the user of this machine's login is the one whom access.yaml must name, and whoever was
    restricted by now is taken out of them first.
    """
    reported = Ledger(settings).reports()
    if month is None and not reported:
        raise ReadinessError("No month has been reported yet. Make one with: make report MONTH=YYYY-MM")
    passphrase = _passphrase()
    if is_with_cases:
        case_lists.close_restricted(settings)
    pack = make_pack(
        settings,
        month or Month.parse(reported[-1].month),
        passphrase,
        at,
        file=Path(file) if file else None,
        case_lists_for=pwd.getpwuid(os.getuid()).pw_name if is_with_cases else None,
    )
    print(f"{len(pack.names)} files of {pack.month}, version {pack.version}: {pack.file}")
    print("It opens with 7-Zip. Send the passphrase by another way than the file.")
    return 0


def _passphrase() -> str:
    """From the environment, else asked for twice."""
    if given := os.environ.get(PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise ReadinessError(f"No passphrase: set {PASSPHRASE}, or run the command where it can ask for one.")
    typed = getpass.getpass("Passphrase (four or more random words): ")
    check_passphrase(typed)
    if getpass.getpass("The same again: ") != typed:
        raise ReadinessError("The two differ. Nothing was made.")
    return typed
