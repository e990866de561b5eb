"""A frozen version can be made again, byte for byte, and says so if it cannot."""

import json

import pytest

from readiness.report import publish, store
from readiness.report.again import render_again
from readiness.report.versions import ReportUnreadable, stored_folder


@pytest.fixture
def folder(small_report, reports):
    version = store(small_report, reports)
    publish(version.folder)
    return version.folder


FORMS = [
    "report.html", "report.eml", "readiness-2026-10-v1.pdf", "readiness-2026-10-v1.xlsx",
]  # fmt: skip


def states(folder) -> dict[str, str]:
    return {file.name: file.state for file in render_again(folder)}


def test_the_shared_copy_and_every_form_come_out_as_they_were_kept(folder):
    assert states(folder) == dict.fromkeys(FORMS, "same")


def test_a_kept_file_that_was_touched_is_found_and_left_alone(folder):
    touched = (folder / "report.html").read_bytes() + b" "
    (folder / "report.html").write_bytes(touched)
    (folder / "report.eml").unlink()
    changed = {"report.html": "different", "report.eml": "not_kept"}
    assert states(folder) == dict.fromkeys(FORMS, "same") | changed
    assert (folder / "report.html").read_bytes() == touched
    assert not (folder / "report.eml").exists()


def test_a_report_that_was_edited_is_not_made_again(folder):
    content = json.loads((folder / "report.json").read_bytes())
    content["overall"]["verdict"] = "ready"
    (folder / "report.json").write_text(json.dumps(content))
    with pytest.raises(ReportUnreadable, match="changed after it was frozen"):
        render_again(folder)


def test_the_current_version_is_the_default_and_a_missing_one_is_answered_with_those_there_are(
    folder, other_report, reports
):
    publish(store(other_report, reports).folder)
    assert stored_folder(reports, "2026-10").name == "2"
    publish(folder)
    assert stored_folder(reports, "2026-10").name == "1"
    with pytest.raises(ReportUnreadable, match="no version 3 of 2026-10; there is 1, 2"):
        stored_folder(reports, "2026-10", 3)
    with pytest.raises(ReportUnreadable, match="2026-09 was never reported"):
        stored_folder(reports, "2026-09")
