"""A version is its content: stored whole or not at all, and never twice."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from readiness.report import build_report, publish, read_report, store, versions
from readiness.report.versions import ReportUnreadable, content_hash
from tests.report.sample import values


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_content_is_the_same_version_and_rewrites_nothing(small_report, reports):
    first = store(small_report, reports)
    publish(first.folder)
    before = files(reports)
    again = store(small_report, reports)
    publish(again.folder)
    assert (first.number, first.is_new) == (1, True)
    assert (again.number, again.is_new, again.content_hash) == (1, False, first.content_hash)
    assert files(reports) == before


def test_other_content_is_the_next_version_and_becomes_the_current_one(small_report, other_report, reports):
    publish(store(small_report, reports).folder)
    second = store(other_report, reports)
    publish(second.folder)
    assert second.number == 2
    assert read_report(reports / "2026-10" / "report.json").version.number == 2
    assert read_report(reports / "2026-10" / "versions" / "1" / "report.json").version.number == 1


def test_files_that_are_passed_on_name_month_and_version_and_only_the_current_one_s_lie_with_the_month(
    small_report, other_report, reports
):
    publish(store(small_report, reports).folder)
    publish(store(other_report, reports).folder)
    assert {path.name for path in (reports / "2026-10").glob("readiness-*")} == {
        "readiness-2026-10-v2.pdf",
        "readiness-2026-10-v2.xlsx",
    }
    assert (reports / "2026-10" / "versions" / "1" / "readiness-2026-10-v1.pdf").exists()


def test_the_engine_does_not_make_a_version(report):
    elsewhere = report.model_copy(update={"versions": report.versions.model_copy(update={"warehouse": "postgresql"})})
    assert content_hash(elsewhere) == content_hash(report)


def test_a_changed_definition_makes_a_version(report):
    changed = report.model_copy(update={"versions": report.versions.model_copy(update={"definitions": "other"})})
    assert content_hash(changed) != content_hash(report)


def test_the_hash_can_be_had_again_from_what_is_stored(stored):
    frozen = read_report(stored.folder / "report.json")
    assert content_hash(frozen) == frozen.version.hash == stored.content_hash


def test_a_kill_in_the_middle_leaves_no_half_version(small_report, reports, monkeypatch):
    written = versions.write_privately

    def killed(path, content):
        if path.name == "report.shared.json":
            raise KeyboardInterrupt
        written(path, content)

    monkeypatch.setattr(versions, "write_privately", killed)
    with pytest.raises(KeyboardInterrupt):
        store(small_report, reports)
    assert versions.stored_numbers(reports, "2026-10") == []
    monkeypatch.undo()
    again = store(small_report, reports)
    assert again.number == 1
    assert sorted(path.name for path in (reports / "2026-10" / "versions").iterdir()) == ["1"]


def test_a_page_that_was_not_finished_is_finished_by_running_again(small_report, reports):
    folder = store(small_report, reports).folder
    publish(folder)
    before = {name: content for name, (content, _) in files(reports).items()}
    (folder / "report.html").unlink()
    (reports / "2026-10" / "report.html").write_text("half a pa")
    publish(store(small_report, reports).folder)
    assert {name: content for name, (content, _) in files(reports).items()} == before


def test_files_are_open_to_their_owner_only(stored):
    month = stored.folder.parent.parent
    for path in [month.parent, *month.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_internal_and_shared_copy_carry_the_same_version(stored):
    internal, shared = (read_report(stored.folder / name) for name in ("report.json", "report.shared.json"))
    assert internal.version == shared.version
    assert (internal.audience, shared.audience) == ("internal", "released")


def test_what_was_first_reported_comes_from_the_first_version_of_that_month(facts, small_report, reports):
    store(small_report, reports)
    changed = build_report(replace(facts, values=values(seed=8)), reports)
    was = next(i for i in small_report.indicators if i.scope.type == "authority").months[-1]
    now = next(i for i in changed.indicators if i.id == "contact_decision_in_time" and i.scope.type == "authority")
    first = now.months[-1].first_reported
    assert (first.version, first.numerator, first.denominator) == (1, was.numerator, was.denominator)
    assert now.months[-2].first_reported is None, "September was never published, so nothing was first reported of it"


def test_history_that_was_never_published_has_nothing_first_reported(report):
    assert all(row.first_reported is None for indicator in report.indicators for row in indicator.months)


def test_what_was_first_reported_is_no_part_of_the_version(facts, reports):
    first = store(build_report(facts, reports), reports)
    again = build_report(facts, reports)
    assert again.indicators[-1].months[-1].first_reported is not None
    assert store(again, reports).folder == first.folder


def test_a_damaged_report_is_named(stored, tmp_path):
    (tmp_path / "report.json").write_text(json.dumps({"schema": 1}))
    with pytest.raises(ReportUnreadable, match="is not a report"):
        read_report(tmp_path / "report.json")
    with pytest.raises(ReportUnreadable, match="make report"):
        read_report(tmp_path / "absent.json")
