"""The docs say what is there: links lead somewhere, commands exist, the page of indicators is up to date."""

import argparse
import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from docs.generate import made_pages
from docs.indicators import FOLDER as INDICATORS
from readiness.__main__ import _parser
from readiness.settings import PROJECT

DOCS = sorted([PROJECT / "README.md", PROJECT / "CHANGELOG.md", *(PROJECT / "docs").rglob("*.md")])
each_doc = pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.relative_to(PROJECT).as_posix())

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z-]+)")
READINESS = re.compile(r"python -m readiness ([a-z-]+)([^\n`|]*)")
FORBIDDEN = re.compile(
    r"(?<![\w.])/(?:work|tmp|root|home|Users)/|pypi|pythonhosted|index-url|artifactory|nexus|registry", re.IGNORECASE
)


def code(doc: Path) -> list[str]:
    return CODE.findall(doc.read_text(encoding="utf-8"))


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every subcommand of `python -m readiness`."""
    return next(a.choices for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_docs():
    assert len(DOCS) > 10


def test_the_pages_that_are_made_are_up_to_date():
    pages = made_pages()
    old = [page.name for page, text in pages.items() if not page.exists() or page.read_text(encoding="utf-8") != text]
    assert not old, "run make docs"
    assert set(INDICATORS.iterdir()) == {page for page in pages if page.parent == INDICATORS}, "run make docs"


@each_doc
def test_every_relative_link_leads_to_a_file(doc: Path):
    dead = [
        link
        for link in LINK.findall(doc.read_text(encoding="utf-8"))
        if link.partition("#")[0] and not (doc.parent / link.partition("#")[0]).exists()
    ]
    assert not dead


@each_doc
def test_every_make_target_named_exists(doc: Path):
    named = {target for part in code(doc) for target in MAKE.findall(part)}
    assert named <= targets()


@each_doc
def test_every_command_and_option_named_exists(doc: Path):
    for name, rest in (found for part in code(doc) for found in READINESS.findall(part)):
        assert name in commands(), name
        options = set(re.findall(r"--[a-z-]+", rest))
        assert options <= set(commands()[name]._option_string_actions), f"{name} {options}"


@each_doc
def test_every_setting_named_exists(doc: Path):
    named = set(re.findall(r"\bREADINESS_[A-Z_]+\b", doc.read_text(encoding="utf-8")))
    assert named <= settings_read()


@each_doc
def test_every_dag_named_exists(doc: Path):
    named = {dag for part in code(doc) for dag in re.findall(r"airflow dags \w+ ([a-z_]+)", part)}
    assert named <= {path.stem for path in (PROJECT / "dags").glob("*.py")}


@each_doc
def test_python_in_the_docs_imports_what_exists(doc: Path):
    for module, name in imported(doc):
        assert hasattr(importlib.import_module(module), name), f"from {module} import {name}"


@each_doc
def test_no_doc_names_a_path_of_some_machine_or_a_package_host(doc: Path):
    assert not FORBIDDEN.findall(doc.read_text(encoding="utf-8"))


def test_every_command_is_documented():
    written = "\n".join(part for doc in DOCS for part in code(doc))
    hidden = {"serve"}  # what `up` starts in the background
    missing = {name for name in commands() if not re.search(rf"\b{name}\b", written)} - hidden
    assert not missing


def imported(doc: Path) -> Iterator[tuple[str, str]]:
    """Module and name of each `from … import …` in the doc's Python."""
    for block in PYTHON.findall(doc.read_text(encoding="utf-8")):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                yield from ((node.module, alias.name) for alias in node.names)


@cache
def settings_read() -> frozenset[str]:
    """Variables that the library, Docker Compose or the Dockerfile reads."""
    files = [*(PROJECT / "plugins").rglob("*.py"), PROJECT / "docker-compose.yaml", PROJECT / "docker.env.example"]
    return frozenset(
        name for file in files for name in re.findall(r"\bREADINESS_[A-Z_]+\b", file.read_text(encoding="utf-8"))
    )
