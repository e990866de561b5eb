"""How long all copies of a month take: `PYTHONPATH=plugins python benchmarks/render.py [--month 2026-10] [--rounds 3]`.

Renders the current version of a month that was reported (READINESS_HOME, for instance after `make demo`) in every form
and for every audience, in one process, and writes nothing. The baseline is to read the released report and to write it
again as JSON, which is the least that any form must do.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

from readiness.report import SHARED_REPORT, compose_mail, copy_for, document, page, read_report, workbook
from readiness.report.model import Report
from readiness.report.versions import INTERNAL_REPORT, stored_folder
from readiness.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description="Time every form and copy of a month's report.")
    parser.add_argument("--month", default="2026-10")
    parser.add_argument("--rounds", type=int, default=3, help="how often; the median is shown")
    asked = parser.parse_args()
    folder = stored_folder(Settings.from_environment().reports, asked.month)
    internal, released = read_report(folder / INTERNAL_REPORT), read_report(folder / SHARED_REPORT)
    baseline = _median(lambda: _read_and_write(folder / SHARED_REPORT), asked.rounds)
    print(f"baseline: read and write {SHARED_REPORT}: {baseline:.2f} s\n")
    print("| copy | seconds | times the baseline | kB |\n|---|---|---|---|")
    total = 0.0
    for name, make in _copies(internal, released):
        size = len(make())
        seconds = _median(make, asked.rounds)
        total += seconds
        print(f"| {name} | {seconds:.2f} | {seconds / baseline:.1f} | {size // 1000:,} |")
    print(f"| **all** | **{total:.1f}** | **{total / baseline:.0f}** | |")


def _copies(internal: Report, released: Report) -> list[tuple[str, Callable[[], bytes]]]:
    areas = sorted({one.scope.id for one in released.indicators if one.scope.type == "area"})
    teams = sorted({one.scope.id for one in released.indicators if one.scope.type == "team"})
    directors = copy_for(released, "director")
    mails = [("director", ()), ("shared", ())]
    mails += [("area", (areas[0],))] * bool(areas) + [("team", (teams[0],))] * bool(teams)
    return [
        ("page (the data team's)", lambda: page(internal).encode()),
        ("PDF", lambda: document(directors)),
        ("spreadsheet", lambda: workbook(directors)),
        *(
            (f"mail, {role}", lambda role=role, scope=scope: bytes(compose_mail(copy_for(released, role, scope))))
            for role, scope in mails
        ),
    ]


def _read_and_write(path) -> bytes:
    report = read_report(path)
    return json.dumps(report.model_dump(mode="json", by_alias=True)).encode()


def _median(make: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        make()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
