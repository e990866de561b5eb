"""Writes the pages of docs/ that are made from definitions, contracts and tests: make docs"""

from importlib import import_module
from pathlib import Path

from docs.indicators import FOLDER, indicators_pages
from readiness.settings import PROJECT

MADE = ("annex_a", "data_quality", "refused_files")
"""Modules beside this one: each has PAGE, the file, and <module>_page, its text."""


def made_pages() -> dict[Path, str]:
    """File -> text, of every page."""
    modules = [import_module(f"docs.{name}") for name in MADE]
    single = {m.PAGE: getattr(m, f"{name}_page")() for name, m in zip(MADE, modules, strict=True)}
    return single | indicators_pages()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    pages = made_pages()
    for gone in set(FOLDER.iterdir()) - pages.keys():
        gone.unlink()
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8")
        print(f"Written: {page.relative_to(PROJECT)}")
