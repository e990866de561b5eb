"""`make up` and `make down`: the Airflow UI over a home, on this machine alone."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from readiness.commands.headless import airflow_environment
from readiness.commands.mail import mail_server
from readiness.errors import ReadinessError
from readiness.settings import PROJECT, Settings, private_folder, write_privately

SERVICES = ("scheduler", "dag-processor", "api-server")
USER = "admin"
HEALTHY_WITHIN_SECONDS = 180
STOPPED_WITHIN_SECONDS = 30
AIRFLOW = str(Path(sys.executable).with_name("airflow"))


def up(settings: Settings) -> int:
    """Start the services in a process group of their own, wait until they are healthy, print address and login."""
    if not (settings.airflow_home / "airflow.db").exists():
        raise ReadinessError(f"Nothing to show in {settings.home} yet. Run `make demo` or `make report` first.")
    if _running(settings):
        print(f"Already up: {address()}")
        return 0
    password = _password(settings)
    print("Starting Airflow; this takes about half a minute.", flush=True)
    log = private_folder(settings.airflow_home / "logs") / "server.log"
    with log.open("ab") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "readiness", "serve"],
            env=server_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _pid_file(settings).write_text(str(server.pid))
    if not _healthy(server):
        down(settings)
        raise ReadinessError(f"Airflow did not become healthy within {HEALTHY_WITHIN_SECONDS} s; see {log}.")
    print(f"\n  Airflow      {address()}")
    print(f"  Readiness    {address()}/plugin/readiness   (or 'Readiness' in the navigation)")
    print(f"  Login        {USER} / {password}")
    print("\nSchedules are paused, so that nothing is extracted for a wrong day. `make down` stops it.")
    return 0


def serve(settings: Settings) -> int:
    """Run the services until one of them ends or the group is told to stop."""
    with mail_server(settings):
        services = [subprocess.Popen([AIRFLOW, service], stdin=subprocess.DEVNULL) for service in SERVICES]
        while all(service.poll() is None for service in services):
            time.sleep(1)
    return 1


def down(settings: Settings) -> int:
    """Stop the whole process group: first gently, then for certain."""
    group = _running(settings)
    if group is None:
        print("Airflow is not running.")
        return 0
    os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN_SECONDS
    while _group_lives(group) and time.monotonic() < deadline:
        time.sleep(0.2)
    if _group_lives(group):
        os.killpg(group, signal.SIGKILL)
    _pid_file(settings).unlink(missing_ok=True)
    print("Airflow is stopped.")
    return 0


def server_environment(settings: Settings) -> dict[str, str]:
    """Airflow on loopback, one administrator, schedules paused, and secrets that last as long as the home."""
    return (
        os.environ
        | {
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": port(),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address()}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords_file(settings)),
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__API_AUTH__JWT_SECRET": _secret(settings, "jwt"),
            "AIRFLOW__API__SECRET_KEY": _secret(settings, "session"),
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
            "PYTHONPATH": str(PROJECT / "plugins"),
        }
        | airflow_environment(settings)
    )


def port() -> str:
    return os.environ.get("READINESS_PORT", "8080")


def address() -> str:
    return f"http://127.0.0.1:{port()}"


def _healthy(server: subprocess.Popen) -> bool:
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address()}/api/v2/monitor/health", timeout=5) as answer:
                health = json.load(answer)
            if all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor")):
                return True
        except (urllib.error.URLError, OSError, KeyError, ValueError):
            pass
        time.sleep(1)
    return False


def _password(settings: Settings) -> str:
    """The administrator's password, made once for this home."""
    file = _passwords_file(settings)
    if not file.exists():
        write_privately(file, json.dumps({USER: secrets.token_urlsafe(9)}))
    return json.loads(file.read_text())[USER]


def _secret(settings: Settings, name: str) -> str:
    file = settings.airflow_home / f"{name}.secret"
    if not file.exists():
        write_privately(file, secrets.token_hex(32))
    return file.read_text()


def _passwords_file(settings: Settings) -> Path:
    return settings.airflow_home / "passwords.json"


def _pid_file(settings: Settings) -> Path:
    return settings.airflow_home / "server.pid"


def _running(settings: Settings) -> int | None:
    """The process group of the server, if it lives."""
    file = _pid_file(settings)
    if not file.exists():
        return None
    group = int(file.read_text())
    return group if _group_lives(group) else None


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
