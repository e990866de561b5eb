"""The commands: python -m readiness demo | check-source | report | reconcile | up | down | …"""

import argparse
import os
import sys
from datetime import UTC, datetime

from readiness.errors import ReadinessError
from readiness.periods import LONDON, Month, naive_utc, parse_day
from readiness.settings import Settings


def main() -> int:
    os.umask(0o077)
    arguments = _parser().parse_args()
    try:
        return arguments.run(arguments)
    except ReadinessError as error:
        print(f"readiness: {error}", file=sys.stderr)
        return 1


def _demo(arguments: argparse.Namespace) -> int:
    from readiness.commands.demo import demo

    return demo(Settings.from_environment(), arguments.only)


def _report(arguments: argparse.Namespace) -> int:
    from readiness.commands.headless import own_stdout
    from readiness.commands.report import report

    month = Month.parse(arguments.month)
    as_at = parse_day(arguments.as_at) if arguments.as_at else None
    today = datetime.now(UTC).astimezone(LONDON).date()
    deliver = "dry_run" if arguments.dry_run else "yes" if arguments.deliver else "no"
    return report(Settings.from_environment(), month, as_at, deliver, today, own_stdout())


def _check_source(arguments: argparse.Namespace) -> int:
    from readiness.commands.check_source import check_source_command

    day = parse_day(arguments.day) if arguments.day else None
    return check_source_command(Settings.from_environment(), day, naive_utc(datetime.now(UTC)), sys.stdout)


def _reconcile(arguments: argparse.Namespace) -> int:
    from readiness.commands.reconcile import reconcile_command

    period = [parse_day(day) if day else None for day in (arguments.first, arguments.last)]
    return reconcile_command(Settings.from_environment(), arguments.file, *period, naive_utc(datetime.now(UTC)))


def _render(arguments: argparse.Namespace) -> int:
    from readiness.commands.looking_back import render_command

    return render_command(
        Settings.from_environment(), Month.parse(arguments.month), arguments.version, arguments.folder
    )


def _compare(arguments: argparse.Namespace) -> int:
    from readiness.commands.looking_back import compare_command

    months = [Month.parse(month) for month in arguments.months]
    return compare_command(Settings.from_environment(), months, arguments.versions)


def _year(arguments: argparse.Namespace) -> int:
    from readiness.commands.looking_back import year_command

    return year_command(Settings.from_environment(), Month.parse(arguments.month) if arguments.month else None)


def _evidence_pack(arguments: argparse.Namespace) -> int:
    from readiness.commands.evidence_pack import evidence_pack_command

    month = Month.parse(arguments.month) if arguments.month else None
    now = naive_utc(datetime.now(UTC))
    return evidence_pack_command(Settings.from_environment(), month, arguments.file, arguments.case_lists, now)


def _data_docs(arguments: argparse.Namespace) -> int:
    from readiness.commands.data_docs import data_docs_command

    return data_docs_command(Settings.from_environment(), naive_utc(datetime.now(UTC)))


def _accept(arguments: argparse.Namespace) -> int:
    from readiness.contracts import load_contract
    from readiness.records import accept_source_change

    accept_source_change(Settings.from_environment(), load_contract(arguments.feed).feed, arguments.who, arguments.why)
    print(f"The next load of {arguments.feed} takes the case system as it is now.")
    return 0


def _reidentify(arguments: argparse.Namespace) -> int:
    from readiness.sources import reidentify

    print(reidentify(Settings.from_environment(), arguments.hash, arguments.who, arguments.why))
    return 0


def _settle(arguments: argparse.Namespace) -> int:
    from readiness.ledger import Ledger

    outcome = "sent" if arguments.arrived == "yes" else "failed"
    copy = (str(Month.parse(arguments.month)), arguments.version, arguments.recipient)
    Ledger(Settings.from_environment()).settle_delivery(
        *copy, outcome, naive_utc(datetime.now(UTC)), arguments.who, arguments.why
    )
    print("Noted." if outcome == "sent" else "Noted. The next delivery of this version sends this copy again.")
    return 0


def _up(arguments: argparse.Namespace) -> int:
    from readiness.commands.server import up

    return up(Settings.from_environment())


def _serve(arguments: argparse.Namespace) -> int:
    from readiness.commands.server import serve

    return serve(Settings.from_environment())


def _down(arguments: argparse.Namespace) -> int:
    from readiness.commands.server import down

    return down(Settings.from_environment())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="readiness", description="Would we be ready if the inspectors came back?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="run the whole mission once on two synthetic counties")
    demo.add_argument("--only", help="run one of the demo's counties in this home", choices=["exampleshire", "letter"])
    demo.set_defaults(run=_demo)

    report = commands.add_parser("report", help="report one month (exit code 0 complete, 3 feeds missing, 1 no report)")
    report.add_argument("month", metavar="YYYY-MM")
    report.add_argument("--as-at", metavar="YYYY-MM-DD", help="the knowledge to use; default: see docs/commands.md")
    sending = report.add_mutually_exclusive_group()
    sending.add_argument("--deliver", action="store_true", help="send the e-mails; whoever asks for it approves them")
    sending.add_argument("--dry-run", action="store_true", help="all but sending: say who would get what")
    report.set_defaults(run=_report)

    check = commands.add_parser("check-source", help="what the case system can and cannot tell; nothing is loaded")
    check.add_argument("--day", metavar="YYYY-MM-DD", help="as of this day, for a source that can be read so")
    check.set_defaults(run=_check_source)

    reconcile = commands.add_parser("reconcile", help="figures returned or published beside what the records say")
    reconcile.add_argument("file", nargs="?", help="a returned file (CIN census, Annex A); default: returned.csv")
    reconcile.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help="first day of the file's period")
    reconcile.add_argument("--to", dest="last", metavar="YYYY-MM-DD", help="last day of the file's period")
    reconcile.set_defaults(run=_reconcile)

    render = commands.add_parser("render", help="make a frozen version again and compare every byte (exit code 0, 1)")
    render.add_argument("month", metavar="YYYY-MM")
    render.add_argument("--version", type=int, metavar="N", help="default: the current one")
    render.add_argument("--to", dest="folder", metavar="FOLDER", help="write what was made there")
    render.set_defaults(run=_render)

    compare = commands.add_parser("compare", help="what differs between two months, or two versions of one")
    compare.add_argument("months", nargs="+", metavar="YYYY-MM")
    compare.add_argument("--versions", nargs=2, type=int, metavar="N", help="two versions of the one month named")
    compare.set_defaults(run=_compare)

    year = commands.add_parser("year", help="twelve months' verdicts, claim by claim, as a page")
    year.add_argument("month", nargs="?", metavar="YYYY-MM", help="the last of them; default: the newest one reported")
    year.set_defaults(run=_year)

    pack = commands.add_parser("evidence-pack", help="a month's evidence as one encrypted archive")
    pack.add_argument("month", nargs="?", metavar="YYYY-MM", help="default: the newest one reported")
    pack.add_argument("--to", dest="file", metavar="FILE", help="default: evidence_packs/ in the home")
    pack.add_argument("--case-lists", action="store_true", help="with the cases, if access.yaml names you")
    pack.set_defaults(run=_evidence_pack)

    docs = commands.add_parser("data-docs", help="Great Expectations' own Data Docs of every feed")
    docs.set_defaults(run=_data_docs)

    accept = commands.add_parser("accept", help="accept, once, that the case system has changed under a feed")
    accept.add_argument("feed")
    accept.set_defaults(run=_accept)
    reidentify = commands.add_parser("reidentify", help="the child, worker or record behind a hash; each use is noted")
    reidentify.add_argument("hash")
    reidentify.set_defaults(run=_reidentify)
    settle = commands.add_parser("settle", help="note whether a copy arrived whose sending was cut short")
    settle.add_argument("month", metavar="YYYY-MM")
    settle.add_argument("version", type=int)
    settle.add_argument("recipient", help="as the page of deliveries names it")
    settle.add_argument("--arrived", choices=["yes", "no"], required=True, help="what the recipient says")
    settle.set_defaults(run=_settle)
    for asked in (accept, reidentify, settle):
        asked.add_argument("--who", required=True, help="your name")
        asked.add_argument("--why", required=True, help="the reason")

    commands.add_parser("up", help="start the Airflow UI over this home").set_defaults(run=_up)
    commands.add_parser("down", help="stop it").set_defaults(run=_down)
    commands.add_parser("serve", help="run Airflow's services in the foreground").set_defaults(run=_serve)
    return parser


if __name__ == "__main__":
    sys.exit(main())
