"""A frozen version made again from its report.json, to see that every byte comes out as it was kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from readiness.report.mail import compose_mail
from readiness.report.page import page
from readiness.report.sharing import share
from readiness.report.versions import (
    INTERNAL_REPORT,
    MAIL,
    PAGE,
    SHARED_REPORT,
    ReportUnreadable,
    canonical_json,
    content_hash,
    read_report,
)


@dataclass(frozen=True)
class Again:
    """A file of a version, made again. state: whether it is the same as the one kept, or was not kept at all."""

    name: str
    content: bytes
    state: Literal["same", "different", "not_kept"]


def render_again(version_folder: Path) -> tuple[Again, ...]:
    """The shared copy, the page and the mail, charts and all, made from report.json alone. Nothing is written.

    Raises ReportUnreadable if report.json is no longer what its own hash says.
    """
    report = read_report(version_folder / INTERNAL_REPORT)
    if report.version is None or content_hash(report) != report.version.hash:
        raise ReportUnreadable(
            f"{version_folder / INTERNAL_REPORT} was changed after it was frozen: its content does not give the hash "
            "of its version. Restore it from a backup."
        )
    made = {
        SHARED_REPORT: canonical_json(shared := share(report)).encode(),
        PAGE: page(report).encode(),
        MAIL: bytes(compose_mail(shared)),
    }
    return tuple(_compared(version_folder, made))


def _compared(version_folder: Path, made: dict[str, bytes]) -> Iterator[Again]:
    for name, content in made.items():
        kept = version_folder / name
        is_same = kept.exists() and kept.read_bytes() == content
        yield Again(name, content, "same" if is_same else "different" if kept.exists() else "not_kept")
