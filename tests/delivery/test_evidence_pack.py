"""The evidence pack: opens with its passphrase alone, holds what its contents page lists, and no child by default."""

import hashlib
import re
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import pyzipper

from readiness import pages
from readiness.delivery.evidence_pack import NotAllowed, PassphraseTooWeak, check_passphrase, make_pack
from readiness.ledger import Ledger
from readiness.periods import Month
from readiness.report import publish, read_report, store
from readiness.settings import PROJECT, Settings

PASSPHRASE = "amber kettle violet ladder"
OCTOBER, NOW = Month.parse("2026-10"), datetime(2026, 11, 9, 8)
CANARY = "canaryhash5f1d"
CANARY_NAME = "Zebedee Quillfeather"


@pytest.fixture(scope="module")
def reported(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report without figures, so that nothing is drawn, with its page and mail."""
    folder = tmp_path_factory.mktemp("pack") / "reports"
    report = read_report(reports / "2026-10" / "versions" / "1" / "report.json")
    publish(store(report.model_copy(update={"indicators": (), "definitions": {}}), folder).folder)
    return folder


@pytest.fixture
def installation(home: Settings, reported: Path, tmp_path: Path) -> Settings:
    """A home where the canary stands in a case list, in the working list and in the council's own report."""
    authority = tmp_path / "authority"
    shutil.copytree(PROJECT / "authority", authority)
    (authority / "access.yaml").write_text("case_lists: {analyst: all, manager: {teams: [101]}}")
    shutil.copytree(reported, home.reports)
    version = home.reports / "2026-10" / "versions" / "1"
    (version / "case_lists").mkdir()
    (version / "case_lists" / "visits.csv").write_text(f"child_id,due_on\n{CANARY},2026-10-01\n")
    (version / "report.pdf").write_bytes(b"%PDF-made-elsewhere")
    (home.home / "quarantine").mkdir()
    (home.home / "quarantine" / "items.json").write_text(f'["{CANARY}", "{CANARY_NAME}"]')
    (version / "report.html").write_text(f"the council's own page: {CANARY_NAME}")
    pages.publish(home, "data-quality", "<p>how good the data is</p>")
    return replace(home, authority=authority)


def inside(file: Path, passphrase: str = PASSPHRASE) -> dict[str, bytes]:
    with pyzipper.AESZipFile(file) as archive:
        archive.setpassword(passphrase.encode())
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_opens_with_the_passphrase_and_with_no_other(installation):
    pack = make_pack(installation, OCTOBER, PASSPHRASE, NOW)
    assert tuple(inside(pack.file)) == pack.names
    with pytest.raises(RuntimeError, match="Bad password"):
        inside(pack.file, PASSPHRASE + "s")
    with pytest.raises(RuntimeError, match="password"), pyzipper.AESZipFile(pack.file) as archive:
        archive.read("index.html")
    with pyzipper.AESZipFile(pack.file) as archive:
        assert {(entry.wz_aes_strength, entry.flag_bits & 1) for entry in archive.infolist()} == {(3, 1)}, "AES-256"
    assert b"Exampleshire" not in pack.file.read_bytes()
    assert pack.file.stat().st_mode & 0o777 == 0o600


def test_the_contents_page_and_the_hashes_list_exactly_what_is_inside(installation):
    files = inside(make_pack(installation, OCTOBER, PASSPHRASE, NOW).file)
    rows = re.findall(r'<th scope="row"><a href="([^"]+)">', files["index.html"].decode())
    assert sorted(rows) == sorted(files) and len(rows) == len(set(rows))
    hashes = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert hashes == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "SHA256SUMS"}
    assert all(
        hashes[name] in files["index.html"].decode() for name in rows if name not in ("index.html", "SHA256SUMS")
    )
    assert {
        "report/report.html", "report/report.eml", "report/report.pdf", "report/report.shared.json",
        "definitions.html", "ledger.html", "register/2011-07-staffordshire.yaml", "pages/data-quality.html",
    } <= set(files)  # fmt: skip
    assert "was not made yet: source check" in files["index.html"].decode()


def test_without_case_lists_there_is_no_trace_of_any_child(installation):
    pack = make_pack(installation, OCTOBER, PASSPHRASE, NOW)
    everything = b"".join(inside(pack.file).values()) + pack.file.read_bytes()
    assert CANARY.encode() not in everything and CANARY_NAME.encode() not in everything
    assert not any("case_lists" in name for name in pack.names)
    assert Ledger(installation).views() == []


@pytest.mark.parametrize("user", ["somebody", "Analyst", ""])
def test_whom_access_does_not_name_gets_no_pack_with_case_lists(installation, user):
    with pytest.raises(NotAllowed, match=r"access\.yaml"):
        make_pack(installation, OCTOBER, PASSPHRASE, NOW, case_lists_for=user)
    assert list(installation.home.glob("evidence_packs/*")) == []
    assert Ledger(installation).views() == []


def test_without_the_file_nobody_gets_case_lists(installation):
    (installation.authority / "access.yaml").unlink()
    with pytest.raises(NotAllowed):
        make_pack(installation, OCTOBER, PASSPHRASE, NOW, case_lists_for="analyst")


def test_who_is_named_gets_the_case_lists_and_it_is_noted(installation):
    files = inside(make_pack(installation, OCTOBER, PASSPHRASE, NOW, case_lists_for="analyst").file)
    assert CANARY.encode() in files["case_lists/visits.csv"]
    (view,) = Ledger(installation).views()
    assert (view.who, view.at, view.what) == ("analyst", NOW, "case lists of 2026-10, version 1, in an evidence pack")


def test_twice_gives_the_same_contents(installation, tmp_path):
    first = make_pack(installation, OCTOBER, PASSPHRASE, NOW)
    again = make_pack(installation, OCTOBER, PASSPHRASE, datetime(2027, 1, 1), file=tmp_path / "again.zip")
    assert inside(first.file) == inside(again.file)


def test_the_ledger_tells_of_the_month_alone_and_is_escaped(installation):
    ledger = Ledger(installation)
    ledger.begin_delivery("2026-10", 1, "<b>head@example.gov.uk", NOW)
    ledger.begin_delivery("2026-09", 1, "other@example.gov.uk", NOW)
    told = inside(make_pack(installation, OCTOBER, PASSPHRASE, NOW).file)["ledger.html"].decode()
    assert "&lt;b&gt;head@example.gov.uk" in told
    assert "other@example.gov.uk" not in told


@pytest.mark.parametrize(
    "passphrase",
    [
        "", "short one", "passwordpassword", "aaaaaaaaaaaaaaaaaaaaaaa", "abcdefghijklmnopqrst", "1234567890123456",
        "naïve kettle violet",
    ],
)  # fmt: skip
def test_a_weak_passphrase_is_refused_and_not_repeated(installation, passphrase):
    with pytest.raises(PassphraseTooWeak) as refused:
        make_pack(installation, OCTOBER, passphrase, NOW)
    assert not passphrase or passphrase not in str(refused.value)
    assert list(installation.home.glob("evidence_packs/*")) == []


def test_random_words_are_strong_enough():
    check_passphrase("correct horse battery staple")


def test_a_kill_in_the_middle_leaves_no_half_pack(installation, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(pyzipper.AESZipFile, "writestr", killed)
    with pytest.raises(KeyboardInterrupt):
        make_pack(installation, OCTOBER, PASSPHRASE, NOW)
    assert list((installation.home / "evidence_packs").iterdir()) == []
