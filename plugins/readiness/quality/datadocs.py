"""Great Expectations' own Data Docs of a batch, for whoever knows them and wants them beside our page.

Off unless asked for, and only for the data team's own machine: the stock site loads scripts and styles from half a
dozen foreign hosts whenever it is opened, and looks bare without them. Our data-quality page needs none of that. What
is written holds rules and counts and no value of any row: the results are asked for in the one form that the gate uses.
"""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.checkpoint import UpdateDataDocsAction
from great_expectations.data_context.types.base import ProgressBarsConfig

from readiness.contracts import Contract
from readiness.gate import GateBroken
from readiness.gate.running import COUNTS, NOTHING_RAISED
from readiness.gate.sifting import judged, least_rows
from readiness.gate.suites import KNOWN_TEAMS, LEAST_ROWS
from readiness.settings import Settings, private_folder
from readiness.sources import Batch

SITE = "readiness"


def build_data_docs(
    settings: Settings,
    contract: Contract,
    batch: Batch,
    *,
    is_wanted: bool = False,
    known_teams: Iterable[str] | None = None,
) -> Path | None:
    """Write the site of one feed to READINESS_HOME/data_docs/<feed>/ (open to its owner only) in place of the last one,
    and give its first page. Without `is_wanted`, or for a feed that the source lacks, nothing is written.

    known_teams: as for the gate. Raises GateBroken if a rule cannot be evaluated; then the site stays as it was.
    """
    if not is_wanted or batch.is_absent:
        return None
    folder = private_folder(settings.home / "data_docs")
    # The stores of the context go with its folder; the site alone stays.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".draft-") as draft:
        site = _write(contract, batch, sorted(known_teams) if known_teams is not None else None, Path(draft))
        _make_private(site)
        shutil.rmtree(folder / contract.feed, ignore_errors=True)
        site.replace(folder / contract.feed)
    return folder / contract.feed / "index.html"


def _write(contract: Contract, batch: Batch, known_teams: list[str] | None, draft: Path) -> Path:
    frame, suite = judged(batch, contract, known_teams is not None)
    context = _context(draft)
    asset = context.data_sources.add_pandas("gate").add_dataframe_asset(contract.feed)
    definition = gx.ValidationDefinition(
        name=contract.feed,
        data=asset.add_batch_definition_whole_dataframe(f"{batch.day}"),
        suite=context.suites.add(suite),
    )
    checkpoint = gx.Checkpoint(
        name=contract.feed,
        validation_definitions=[context.validation_definitions.add(definition)],
        result_format=COUNTS,
        actions=[UpdateDataDocsAction(name="site", site_names=[SITE])],
    )
    answer = context.checkpoints.add(checkpoint).run(
        batch_parameters={"dataframe": frame},
        expectation_parameters={KNOWN_TEAMS: known_teams or [], LEAST_ROWS: least_rows(0, 1)},
    )
    if any(_raised(result) for run in answer.run_results.values() for result in run.results):
        # What was raised may quote a value, and the site would show it.
        raise GateBroken(f"{contract.feed}: a rule could not be evaluated, so no Data Docs were written.")
    return draft / "site"


def _context(draft: Path) -> Any:
    context = gx.get_context(mode="file", project_root_dir=draft / "project")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for name in list(context.get_site_names()):
        context.delete_data_docs_site(name)
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(draft / "site")}
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "store_backend": store,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "show_how_to_buttons": False,
        },
    )
    return context


def _raised(result: Any) -> bool:
    return result.exception_info != NOTHING_RAISED


def _make_private(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
