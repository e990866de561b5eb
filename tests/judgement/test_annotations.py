"""The annotations file: what it takes, and what it refuses."""

import pytest

from readiness.clocks import load_definitions
from readiness.errors import ReadinessError
from readiness.judgement import load_annotations
from readiness.settings import PROJECT

PLAIN = "month: 2026-03\n    text: A new team\n    indicators: "


def load(folder, text, known=("prompt", "seen")):
    (folder / "annotations.yaml").write_text(text, encoding="utf-8")
    return load_annotations(folder, known)


def test_the_example_is_marked_as_invented_and_fits_the_indicators():
    annotations = load_annotations(PROJECT / "authority", load_definitions().indicators)
    assert annotations
    assert all(a.is_example and a.text.startswith("Synthetic example") for a in annotations)


def test_a_council_without_the_file_has_none(tmp_path):
    assert load_annotations(tmp_path, ()) == ()
    assert load(tmp_path, "") == ()


def test_annotations_stand_by_month_and_speak_of_the_named_indicators_or_of_all(tmp_path):
    text = f"annotations:\n  - {PLAIN}[prompt]\n  - {PLAIN.replace('2026-03', '2025-11')}all\n"
    first, second = load(tmp_path, text)
    assert (first.month, second.month) == ("2025-11", "2026-03")
    assert (first.is_about("seen"), second.is_about("seen"), second.is_about("prompt")) == (True, False, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{PLAIN}[promt]", "annotation 1 .2026-03.: there is no indicator promt"),
        (f"{PLAIN}[]", "indicators"),
        ("month: 2026-13\n    text: x\n    indicators: all", "month"),
        ("month: 2026-03\n    indicators: all", "text"),
        (f"{PLAIN}all\n    rebase: true\n    reason: it moved", "name its indicators, not all"),
        (f"{PLAIN}[prompt]\n    rebase: true", "needs the reason"),
        (f"{PLAIN}[prompt]\n    rebase: true\n    reason: ' '", "needs the reason"),
        (f"{PLAIN}[prompt]\n    reason: it moved", "a reason belongs to a rebase"),
        (f"{PLAIN}[prompt]\n    until: 2026-05", "until"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(tmp_path, text, problem):
    with pytest.raises(ReadinessError, match=problem) as error:
        load(tmp_path, f"annotations:\n  - {text}\n")
    assert "annotations.yaml" in str(error.value)
