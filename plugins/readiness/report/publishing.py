"""Every form of a stored version: the page from the internal report, what is passed on from the director's
copy of what was released."""

from pathlib import Path

from readiness.report.copies import copy_for
from readiness.report.document import document
from readiness.report.mail import compose_mail
from readiness.report.page import page
from readiness.report.versions import (
    DOCUMENT,
    INTERNAL_REPORT,
    MAIL,
    PAGE,
    SHARED_REPORT,
    WORKBOOK,
    file_name,
    make_current,
    read_report,
)
from readiness.report.workbook import workbook
from readiness.settings import write_privately


def publish(version_folder: Path) -> Path:
    """Make page, mail, document and workbook of a stored version, and the version the current one; gives the folder of
    the month.

    A file that is there already and the same is left alone, so that a run that was cut short can simply run again.
    """
    shared = copy_for(read_report(version_folder / SHARED_REPORT), "director")
    write_privately(version_folder / PAGE, page(read_report(version_folder / INTERNAL_REPORT)))
    write_privately(version_folder / MAIL, bytes(compose_mail(shared)))
    for ending, form in ((DOCUMENT, document), (WORKBOOK, workbook)):
        write_privately(version_folder / file_name(shared.month, shared.version.number, ending), form(shared))
    return make_current(version_folder)
