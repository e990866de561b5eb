"""Checkpoints that are cut short: whatever a crash leaves of the file, all that was committed is there again."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from readiness.warehouse import checkpoint as checkpoints
from readiness.warehouse import open_warehouse

ROWS = 50_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A warehouse with a table, closed."""
    path = tmp_path / "warehouse.duckdb"
    write(path, "first")
    return path


def write(path: Path, name: str) -> None:
    with open_warehouse(f"duckdb:///{path}") as warehouse:
        warehouse.create_table(
            f"records.{name}", f"select n, 'row ' || n as text from generate_series(1, {ROWS}) as g(n)"
        )


def rows_of(path: Path, *names: str) -> list[int]:
    with open_warehouse(f"duckdb:///{path}") as warehouse:
        return [int(warehouse.value(f"select count(text) from records.{name}")) for name in names]


def files_beside(path: Path) -> set[str]:
    return {one.name for one in path.parent.iterdir()} - {path.name, f"{path.name}.restoring"}


def torn(path: Path) -> None:
    """The file as a write that was cut short leaves it: half of its first block is another one's."""
    with path.open("r+b") as file:
        file.seek(12_288 + 1_000)
        file.write(os.urandom(100_000))


def headless(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(12_288))


class Killed(BaseException):
    pass


def kill_while_checkpointing(monkeypatch: pytest.MonkeyPatch, path: Path, what_is_left) -> None:
    """Write a table and die in the checkpoint: file and log are left as they were, then `what_is_left` befalls them."""

    def dying(connection, database):
        assert checkpoints._copied_aside(database, checkpoints._log_of(database))
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("readiness.warehouse.duckdb.checkpoint", dying)
        with pytest.raises(Killed):
            write(path, "second")
    what_is_left(path)


def nothing(path: Path) -> None:
    pass


def done(path: Path) -> None:
    """The checkpoint had come to its end, and only the copies were not thrown away yet."""
    connection = duckdb.connect(str(path))
    connection.execute("checkpoint")
    connection.close()
    assert not path.with_name(f"{path.name}.wal").exists()


def half_of_the_copies_thrown_away(path: Path) -> None:
    done(path)
    path.with_name(f"{path.name}.aside").rename(path.with_name(f"{path.name}.aside-begun"))
    (path.with_name(f"{path.name}.aside-begun") / path.name).unlink()


@pytest.mark.parametrize("what_is_left", [nothing, torn, headless, done, half_of_the_copies_thrown_away])
def test_what_was_committed_is_there_again(database, monkeypatch, what_is_left):
    kill_while_checkpointing(monkeypatch, database, what_is_left)
    assert rows_of(database, "first", "second") == [ROWS, ROWS]
    write(database, "third")
    assert rows_of(database, "first", "second", "third") == [ROWS] * 3
    assert files_beside(database) == set()
    assert database.stat().st_mode & 0o077 == 0


def test_the_file_alone_could_not_have_been_opened(database, monkeypatch):
    kill_while_checkpointing(monkeypatch, database, torn)
    shutil.rmtree(database.with_name(f"{database.name}.aside"))
    with pytest.raises(duckdb.Error, match="checksum"):
        rows_of(database, "first")


def test_nothing_is_left_beside_the_file_of_a_warehouse_that_was_closed(database):
    assert files_beside(database) == set()
    assert rows_of(database, "first") == [ROWS]
    assert files_beside(database) == set()


def test_without_room_for_copies_the_log_stays_and_is_replayed(database, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(database.parent))
        patch.setattr(subprocess, "run", lambda *given, **how: subprocess.CompletedProcess(given, 1))
        write(database, "second")
    assert files_beside(database) == {f"{database.name}.wal"}
    assert rows_of(database, "first", "second") == [ROWS, ROWS]
    assert files_beside(database) == set()


def test_a_second_opening_in_one_process_neither_waits_nor_takes_copies(database):
    with open_warehouse(f"duckdb:///{database}") as outer, outer.transaction():
        outer.create_table("records.second", "select 1 as text")
        assert rows_of(database, "first") == [ROWS]
    assert rows_of(database, "first", "second") == [ROWS, 1]


KILLED_AT_ONCE = """
import sys, threading, os, signal, time
from readiness.warehouse import open_warehouse
with open_warehouse(sys.argv[1]) as warehouse:
    warehouse.create_table("records.other", "select n, 'other ' || n as text from generate_series(1, 50000) as g(n)")
    threading.Thread(target=lambda: (time.sleep(float(sys.argv[2])), os.kill(os.getpid(), signal.SIGKILL))).start()
"""


@pytest.mark.parametrize("seconds", [0.0, 0.002, 0.005, 0.01, 0.02])
def test_a_process_killed_while_it_closes_the_warehouse_loses_nothing(database, seconds):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    died = subprocess.run(
        [sys.executable, "-c", KILLED_AT_ONCE, f"duckdb:///{database}", str(seconds)], env=environment, check=False
    )
    assert died.returncode in (0, -signal.SIGKILL)
    assert rows_of(database, "first", "other") == [ROWS, ROWS]
