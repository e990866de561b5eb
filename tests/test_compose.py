"""docker-compose.yaml is valid for Compose itself, and asks for the secrets that it cannot do without."""

import os
import subprocess

import pytest
import yaml

from readiness.settings import PROJECT

SECRETS = {"POSTGRES_PASSWORD": "p", "AIRFLOW_FERNET_KEY": "f", "AIRFLOW_JWT_SECRET": "j", "AIRFLOW_API_SECRET": "a"}


def config(**environment: str) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        ["docker-compose", "--file", str(PROJECT / "docker-compose.yaml"), "config"],
        env=kept | environment,
        cwd=PROJECT,
        text=True,
        capture_output=True,
    )


def test_compose_accepts_the_file():
    answer = config(**SECRETS)
    assert answer.returncode == 0, answer.stderr
    services = yaml.safe_load(answer.stdout)["services"]
    assert set(services) == {"postgres", "prepare", "api-server", "scheduler", "dag-processor", "mail"}
    for name, service in services.items():
        for port in service.get("ports", []):
            assert str(port).startswith("127.0.0.1:"), f"{name} is open beyond this machine"


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_missing_secret_is_named(secret):
    answer = config(**{name: value for name, value in SECRETS.items() if name != secret})
    assert answer.returncode != 0
    assert secret in answer.stderr


def test_the_image_holds_every_folder_that_the_library_reads():
    copied = {line.split()[1] for line in (PROJECT / "Dockerfile").read_text().splitlines() if line.startswith("COPY")}
    assert {"dags", "plugins", "sql", "expectations"} <= copied
