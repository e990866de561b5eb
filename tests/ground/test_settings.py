import stat

import pytest

from readiness.errors import ReadinessError
from readiness.profile import load_profile
from readiness.settings import PROJECT, Settings, masked, private_folder


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in ("HOME", "CASE_SYSTEM", "WAREHOUSE", "AUTHORITY"):
        monkeypatch.delenv(f"READINESS_{name}", raising=False)


def test_everything_stands_in_the_home_folder_by_default(monkeypatch, tmp_path):
    monkeypatch.setenv("READINESS_HOME", str(tmp_path))
    settings = Settings.from_environment()
    assert settings.case_system == f"sqlite:///{tmp_path}/county.sqlite"
    assert settings.warehouse == f"duckdb:///{tmp_path}/warehouse.duckdb"
    assert settings.authority == PROJECT / "authority"


def test_the_environment_wins_over_an_airflow_connection(monkeypatch):
    monkeypatch.setenv("READINESS_CASE_SYSTEM", "postgresql+psycopg://reader@host/cases")
    settings = Settings.from_environment({"case_system": "sqlite:///other", "warehouse": "duckdb:///w"}.get)
    assert settings.case_system == "postgresql+psycopg://reader@host/cases"
    assert settings.warehouse == "duckdb:///w"


def test_a_warehouse_on_another_engine_is_refused(monkeypatch):
    monkeypatch.setenv("READINESS_WAREHOUSE", "mysql://host/db")
    with pytest.raises(ReadinessError, match="duckdb.*postgresql"):
        Settings.from_environment()


def test_a_password_never_appears_in_a_message():
    assert "secret" not in masked("postgresql+psycopg://reader:secret@host/cases")


def test_private_folders_are_open_to_their_owner_only(tmp_path):
    folder = private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_unknown_key_in_the_profile_is_named(tmp_path):
    (tmp_path / "profile.yaml").write_text("name: X\ninspection: y\nworking_days: {ruel: default}\n")
    with pytest.raises(ReadinessError, match=r"profile\.yaml.*working_days\.ruel"):
        load_profile(tmp_path)


def test_the_example_profile_is_valid():
    assert load_profile(PROJECT / "authority").name
