"""`make demo`: the whole mission once, on a county of today and on one of the letter's own time.

Each county has a home of its own and a process of its own (Airflow reads its settings when it is imported); the two
run side by side.
"""

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

from readiness.commands.headless import Headless, own_stdout
from readiness.commands.mail import mail_server
from readiness.commands.report import NO_REPORT, report_month
from readiness.demo import County, exampleshire, letter, write_county
from readiness.periods import Month, day_moment, latest_closed_month
from readiness.settings import Settings, private_folder

LETTER = "letter"
TODAY = "exampleshire"
COUNTIES = {TODAY: exampleshire, LETTER: letter}


def demo(settings: Settings, only: str | None) -> int:
    """Run both counties, or one of them in this process. Gives 0 if every report is complete."""
    if only:
        return run_county(settings, COUNTIES[only](), own_stdout())
    began = time.monotonic()
    homes = {TODAY: settings.home, LETTER: letter_home(settings)}
    print("Two synthetic counties side by side: Exampleshire in 2026, and as the letter found it in 2011.\n")
    sys.stdout.flush()
    codes = _side_by_side(homes)
    print(f"\nDone in {time.monotonic() - began:.0f} seconds.\n")
    for name, home in homes.items():
        _say_where(replace(settings, home=home), COUNTIES[name](), codes[name])
    print("The page in the Airflow UI: make up   (and make down to stop it)")
    return max(codes.values())


def run_county(settings: Settings, county: County, progress: TextIO) -> int:
    """Write the county unless it is there, load its history, and its last day like any other; report the month
    before and the last one, and deliver that."""
    file = Path(settings.case_system.removeprefix("sqlite:///"))
    if not file.exists():
        private_folder(file.parent)
        print(f"Writing the case system of {county.name}", file=progress)
        write_county(file, county)
    month = reported_month(county)
    with mail_server(settings), Headless.open(settings, progress) as airflow:
        *history, last = loaded_days(county)
        runs = []
        if history:
            print(f"Loading the history, {history[0]:%-d} to {history[-1]:%-d %B %Y}", file=progress)
            conf = {"from": history[0].isoformat(), "to": history[-1].isoformat()}
            runs.append(airflow.run("load_history", conf))
        print(f"Loading {last:%-d %B %Y}", file=progress)
        runs.append(airflow.run("case_records", {"day": last.isoformat(), "notify": False}))
        report_month(airflow, month.shift(-1), None, "no", progress)  # what the month is compared with
        code = report_month(airflow, month, None, "yes", progress)
    failed = [f"{run.dag_id}: {name}" for run in runs for name in run.failed]
    for name in failed:
        print(f"  failed: {name}", file=progress)
    return NO_REPORT if failed else code


def loaded_days(county: County) -> list[date]:
    """The days that are loaded, in order: those after the county's last working month, or one if it ends with it."""
    days = (county.ends_on - county.loaded_on).days if county.assessments == "single" else 0
    return [county.loaded_on + timedelta(days=n) for n in range(days + 1)]


def reported_month(county: County) -> Month:
    """The latest month that the loaded days close."""
    return latest_closed_month(day_moment(loaded_days(county)[-1]))


def letter_home(settings: Settings) -> Path:
    """The home of the letter's county, beside that of the county of today."""
    return settings.home.with_name(f"{settings.home.name}-2011")


def _side_by_side(homes: dict[str, Path]) -> dict[str, int]:
    processes = {}
    for name, home in homes.items():
        environment = {k: v for k, v in os.environ.items() if k not in ("READINESS_CASE_SYSTEM", "READINESS_WAREHOUSE")}
        processes[name] = subprocess.Popen(
            [sys.executable, "-u", "-m", "readiness", "demo", "--only", name],
            env=environment | {"READINESS_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    listeners = [threading.Thread(target=_tell, args=(name, process)) for name, process in processes.items()]
    for listener in listeners:
        listener.start()
    for listener in listeners:
        listener.join()
    return {name: process.wait() for name, process in processes.items()}


def _tell(name: str, process: subprocess.Popen) -> None:
    began = time.monotonic()
    label = "2011" if name == LETTER else "2026"
    for line in process.stdout:
        print(f"{time.monotonic() - began:4.0f} s  {label} | {line.rstrip()}", flush=True)


def _say_where(settings: Settings, county: County, code: int) -> None:
    month = reported_month(county)
    mails = sorted(settings.outbox.glob("*.eml"))
    print(f"{county.name}, {month.in_words()}" + ("" if code == 0 else f" (ended with code {code})"))
    print(f"  report  {settings.reports / str(month) / 'report.html'}")
    print(f"  mails   {settings.outbox} ({len(mails)})\n")
