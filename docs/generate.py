"""Writes the pages of docs/ that are made from definitions, contracts and tests: make docs"""

from importlib import import_module

from readiness.settings import PROJECT

MADE = ("annex_a", "data_quality", "indicators", "refused_files")
"""Modules beside this one: each has PAGE, the file, and <module>_page, its text."""


def made_pages() -> dict:
    """File -> text, of every page."""
    modules = [import_module(f"docs.{name}") for name in MADE]
    return {m.PAGE: getattr(m, f"{name}_page")() for name, m in zip(MADE, modules, strict=True)}


if __name__ == "__main__":
    for page, text in made_pages().items():
        page.write_text(text, encoding="utf-8")
        print(f"Written: {page.relative_to(PROJECT)}")
