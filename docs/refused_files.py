"""The page docs/refused-files.md, made from the files that the tests try."""

from readiness.settings import PROJECT
from tests.sources.hostile.cases import KINDS, every_case

PAGE = PROJECT / "docs" / "refused-files.md"

HEAD = """# Files that are refused

A file that is broken, hostile, empty or open to two readings is never loaded in part or guessed at: its feed is stopped
with one message that says what to do, and the warehouse stays as it was. These are the kinds that the tests try, each
with the words that the message must hold; the page is made from them by `make docs`.
"""


def refused_files_page() -> str:
    """The page: a table for each kind of file."""
    lines = [HEAD]
    for kind, title in KINDS.items():
        lines += [f"## {title}", "", "| what is tried | the message holds |", "|---|---|"]
        lines += [f"| {case.what} | {_plain(case.says)} |" for case in every_case() if case.kind == kind]
        lines.append("")
    return "\n".join(lines)


def _plain(pattern: str) -> str:
    """A regular expression as words."""
    return pattern.replace("\\", "").replace(".*", " … ").replace("|", " or ")
