"""The file of the embedded warehouse: whenever a process is killed, all that was committed is there again."""

import errno
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import duckdb
import pytest

from readiness.errors import WarehouseBusy
from readiness.warehouse import duckdb_file, open_warehouse

ROWS = 50_000
HEADERS = 3 * 4096
"""Bytes at the head of a DuckDB file that say which of its blocks are alive."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A warehouse with a table, closed."""
    path = tmp_path / "warehouse.duckdb"
    write(path, "first")
    return path


def write(path: Path, name: str) -> None:
    with open_warehouse(f"duckdb:///{path}") as warehouse:
        make(warehouse, name)


def make(warehouse, name: str) -> None:
    warehouse.create_table(f"records.{name}", f"select n, 'row ' || n as text from generate_series(1, {ROWS}) as g(n)")


def rows_of(path: Path, *names: str) -> list[int]:
    with open_warehouse(f"duckdb:///{path}") as warehouse:
        return [int(warehouse.value(f"select count(text) from records.{name}")) for name in names]


def files_beside(path: Path) -> set[str]:
    return {one.name.removeprefix(path.name) for one in path.parent.iterdir()} - {"", ".lock"}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_and_die_at(path: Path, step: int) -> None:
    """Write a table, and die before the file is touched for the `step`th time while it is closed."""
    steps = count(1)

    def before(function):
        def dying(*arguments, **how):
            if next(steps) == step:
                die()
            return function(*arguments, **how)

        return dying

    def closing(database: Path, bring_in=duckdb_file._bring_in_the_log) -> None:
        for owner, names in {
            shutil: ["copyfileobj", "copy2", "rmtree"],
            Path: ["replace", "unlink", "mkdir"],
            os: ["fsync"],
        }.items():
            for name in names:
                setattr(owner, name, before(getattr(owner, name)))
        duckdb_file.duckdb = SimpleNamespace(connect=before(duckdb.connect), Error=duckdb.Error)
        bring_in(database)

    duckdb_file._bring_in_the_log = closing
    write(path, "second")


def test_a_process_killed_at_any_step_of_closing_loses_nothing(forking, database):
    died = -signal.SIGKILL
    for step in count(1):
        path = database.parent / f"at_{step}" / database.name
        path.parent.mkdir()
        shutil.copy(database, path)
        process = forking.Process(target=write_and_die_at, args=(path, step))
        process.start()
        process.join()
        died = process.exitcode
        assert rows_of(path, "first", "second") == [ROWS, ROWS]
        write(path, "third")
        assert rows_of(path, "first", "second", "third") == [ROWS] * 3
        assert files_beside(path) == set()
        if died == 0:
            break
        assert died == -signal.SIGKILL
    assert step > 10


def write_and_die_in(path: Path, seconds: float) -> None:
    with open_warehouse(f"duckdb:///{path}") as warehouse:
        make(warehouse, "second")
        threading.Timer(seconds, die).start()


def test_a_process_killed_at_any_moment_of_closing_loses_nothing(forking, database):
    for n in range(20):
        process = forking.Process(target=write_and_die_in, args=(database, n * 0.002))
        process.start()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        assert rows_of(database, "first", "second") == [ROWS, ROWS]


def test_an_open_file_keeps_the_head_it_had_however_much_is_written(database):
    head = database.read_bytes()[:HEADERS]
    with open_warehouse(f"duckdb:///{database}") as warehouse:
        for n in range(12):
            warehouse.create_table(
                f"records.wide_{n}", "select n, md5(n::text) as text from generate_series(1, 60000) n"
            )
        log = database.with_name(f"{database.name}.wal")
        assert log.stat().st_size > 16 * 1024 * 1024, "DuckDB by itself would have made a checkpoint"
        assert database.open("rb").read(HEADERS) == head
    assert database.read_bytes()[:HEADERS] != head


def test_a_closed_warehouse_is_one_file_that_its_owner_alone_may_read(database):
    assert files_beside(database) == set()
    assert database.stat().st_mode & 0o077 == 0
    before = database.stat()
    assert rows_of(database, "first") == [ROWS]
    assert files_beside(database) == set()
    assert database.stat().st_ino == before.st_ino, "what was only read is not written again"


@pytest.mark.parametrize("grows", ["the log", "the file"])
def test_no_copy_is_made_until_log_or_file_have_grown_much(tmp_path, grows):
    path, log = tmp_path / "warehouse.duckdb", tmp_path / "warehouse.duckdb.wal"
    group = 122_880  # rows that DuckDB writes into the file itself; the log only names their blocks
    digests = "select n, md5(n::text) as text from generate_series"
    with open_warehouse(f"duckdb:///{path}") as warehouse:
        warehouse.create_table("records.many", f"{digests}(1, {5 * group}) as g(n)")
        warehouse.create_table("records.fewer", f"{digests}(1, {group}) as g(n)")
    write(path, "first")
    assert files_beside(path) == set()
    copied, size, written, sizes = path.stat().st_ino, path.stat().st_size, ["many", "fewer", "first"], []
    for n in range(12):
        with open_warehouse(f"duckdb:///{path}") as warehouse, warehouse.transaction():
            if grows == "the file":
                warehouse.keep("records.fewer")
            else:
                warehouse.create_table(f"records.of_{n}", f"{digests}(1, 20000) as g(n)")
                written.append(f"of_{n}")
        assert rows_of(path, *written) == [5 * group, group, ROWS, *[20_000] * (len(written) - 3)]
        sizes.append(path.stat().st_size)
        if path.stat().st_ino != copied:
            break
        assert files_beside(path) == {".wal"}
        assert log.stat().st_mode & 0o077 == 0
        assert log.stat().st_size < size / 16
        assert sizes[-1] < size * 1.6
    assert files_beside(path) == set()
    assert 1 < len(sizes) < 12
    if grows == "the file":
        with open_warehouse(f"duckdb:///{path}") as warehouse, warehouse.transaction():
            warehouse.keep("records.fewer")
        assert path.stat().st_size == sizes[-1], "blocks of what was dropped are written again"


def test_without_room_for_a_copy_the_log_stays_and_is_brought_in_another_time(database, monkeypatch, caplog):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy2", full)
        write(database, "second")
        write(database, "third")
    assert "takes room beside the file" in caplog.text
    assert files_beside(database) == {".wal"}
    assert database.with_name(f"{database.name}.wal").stat().st_mode & 0o077 == 0
    assert rows_of(database, "first", "second", "third") == [ROWS] * 3
    assert files_beside(database) == set()


def test_many_connections_of_one_process_share_the_file_and_the_last_one_closes_it(database):
    def work(n: int) -> None:
        write(database, f"of_{n}")
        assert rows_of(database, "first", f"of_{n}") == [ROWS, ROWS]

    with open_warehouse(f"duckdb:///{database}") as outer:
        with outer.transaction():
            outer.create_table("records.outermost", "select 1 as text")
            with ThreadPoolExecutor(4) as threads:
                list(threads.map(work, range(8)))
        assert ".wal" in files_beside(database)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(8, 24)))
    assert files_beside(database) == set()
    assert rows_of(database, "outermost", *(f"of_{n}" for n in range(24))) == [1, *[ROWS] * 24]
    assert not duckdb_file.AT_HAND


def hold(path: Path, who: str, telling: Connection) -> None:
    with open_warehouse(f"duckdb:///{path}") if who == "readiness" else duckdb.connect(path) as holding:
        telling.send("open")
        telling.recv()
        getattr(holding, "connection", holding).execute("create table of_another as select 1 as text")


@pytest.mark.parametrize("who", ["readiness", "another program"])
def test_who_comes_while_another_process_holds_the_file_waits_and_then_says_so(forking, database, monkeypatch, who):
    monkeypatch.setattr(duckdb_file, "WAIT_SECONDS", 0.5)
    ours, theirs = forking.Pipe()
    other = forking.Process(target=hold, args=(database, who, theirs))
    other.start()
    assert ours.recv() == "open"
    folder = database.with_name(f"{database.name}.{'waiting' if who == 'readiness' else 'tmp'}")
    folder.mkdir(exist_ok=True)
    (folder / "rows").write_text("in use")
    with pytest.raises(WarehouseBusy, match=r"warehouse\.duckdb has been held by another process"):
        write(database, "second")
    assert (folder / "rows").exists(), "what the other one works on stays"
    assert not duckdb_file.AT_HAND
    monkeypatch.setattr(duckdb_file, "WAIT_SECONDS", 60)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(write, database, "second")
        ours.send("go on")
        waiting.result()
    other.join()
    assert rows_of(database, "second") == [ROWS]
    with open_warehouse(f"duckdb:///{database}") as warehouse:
        assert warehouse.value("select text from main.of_another") == 1


def test_what_another_program_writes_while_the_warehouse_is_closed_is_not_lost(forking, database, monkeypatch, caplog):
    ours, theirs = forking.Pipe()
    other = forking.Process(target=hold, args=(database, "another program", theirs))

    def closing(path: Path, bring_in=duckdb_file._bring_in_the_log) -> None:
        other.start()
        assert ours.recv() == "open"
        bring_in(path)

    with monkeypatch.context() as patch:
        patch.setattr(duckdb_file, "_bring_in_the_log", closing)
        write(database, "second")
    assert "could not be brought into the file" in caplog.text
    ours.send("go on")
    other.join()
    assert rows_of(database, "first", "second") == [ROWS, ROWS]
    with open_warehouse(f"duckdb:///{database}") as warehouse:
        assert warehouse.value("select text from main.of_another") == 1


def test_those_who_wait_in_one_process_wait_no_longer_than_one_of_them(forking, database, monkeypatch):
    monkeypatch.setattr(duckdb_file, "WAIT_SECONDS", 1)
    ours, theirs = forking.Pipe()
    other = forking.Process(target=hold, args=(database, "readiness", theirs))
    other.start()
    assert ours.recv() == "open"
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(write, database, "second") for _ in range(4)]
        failed = [isinstance(one.exception(), WarehouseBusy) for one in waiting]
    assert all(failed)
    assert time.monotonic() - began < 3
    ours.send("go on")
    other.join()


def test_a_link_to_the_file_leads_to_the_file(database, tmp_path):
    link = tmp_path / "link" / "readiness.duckdb"
    link.parent.mkdir()
    link.symlink_to(database)
    with open_warehouse(f"duckdb:///{database}"):
        write(link, "second")
    write(link, "third")
    assert link.is_symlink()
    assert rows_of(database, "first", "second", "third") == [ROWS] * 3


def test_an_opening_that_fails_lets_go_of_the_file(database, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", Mock(side_effect=PermissionError))
        with pytest.raises(PermissionError) as kept:
            write(database, "second")
    write(database, "second")
    write(database, "third")
    assert rows_of(Path(shutil.copy(database, f"{database}.seen")), "first", "second", "third") == [ROWS] * 3
    del kept


def test_a_connection_kept_beyond_its_time_cannot_take_others_to_a_file_that_was_replaced(database):
    with open_warehouse(f"duckdb:///{database}") as warehouse:
        make(warehouse, "second")
        kept = warehouse.connection.cursor().cursor()
        kept.begin()
        kept.execute("create table main.never_committed as select 1")
    with pytest.raises(duckdb.ConnectionException):
        write(database, "third")
    kept.close()
    write(database, "third")
    assert rows_of(database, "first", "second", "third") == [ROWS] * 3


@pytest.mark.parametrize("log", ["whole", "cut short"])
def test_the_copy_is_on_the_disk_before_its_name_and_its_name_before_the_log_goes(forking, database, monkeypatch, log):
    process = forking.Process(target=write_and_die_at, args=(database, 1))
    process.start()
    process.join()
    assert files_beside(database) == {".wal"}
    monkeypatch.setattr(duckdb_file, "LOG_GROWN", 0)
    if log == "cut short":
        os.truncate(f"{database}.wal", 40)
    done, sync, replace, unlink = [], os.fsync, Path.replace, Path.unlink

    def syncing(opened: int) -> None:
        done.append(("sync", os.fstat(opened).st_ino))
        sync(opened)

    def replacing(path: Path, target: Path) -> None:
        done.append(("name", path.stat().st_ino))
        replace(path, target)

    def unlinking(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".wal":
            done.append(("remove", path.stat().st_ino))
        unlink(path, missing_ok)

    wal = Path(f"{database}.wal").stat().st_ino
    for owner, name, function in [
        (os, "fsync", syncing),
        (Path, "replace", replacing),
        (Path, "unlink", unlinking),
    ]:
        monkeypatch.setattr(owner, name, function)
    rows_of(database, "first")
    copy, folder = database.stat().st_ino, database.parent.stat().st_ino
    naming = [("sync", copy), ("name", copy), ("sync", folder), ("remove", wal), ("sync", folder)]
    assert done == [*naming, ("name", copy), ("sync", folder)]


def fork_while_open(path: Path) -> None:
    """End with 0 if what is forked, once while open and once while another thread waits, finds the file held."""
    duckdb_file.WAIT_SECONDS = 0.5

    def forked_finds_it_held() -> bool:
        child = os.fork()
        if not child:
            try:
                write(path, "of_the_forked")
            except WarehouseBusy:
                os._exit(7)
            os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

    with open_warehouse(f"duckdb:///{path}") as warehouse:
        found = forked_finds_it_held()
        with duckdb_file.TURN:
            found = forked_finds_it_held() and found
        make(warehouse, "second")
    os._exit(0 if found else 1)


def test_a_process_forked_while_the_file_is_open_waits_like_any_other(forking, database):
    process = forking.Process(target=fork_while_open, args=(database,))
    process.start()
    process.join(30)
    assert process.exitcode == 0
    assert rows_of(database, "first", "second") == [ROWS, ROWS]


def test_what_does_not_fit_in_memory_waits_in_a_folder_of_its_owner_that_closing_and_opening_clear(database):
    waiting = database.with_name(f"{database.name}.waiting")
    waiting.mkdir()
    (waiting / "left_by_a_killed_process").write_text("rows")
    with open_warehouse(f"duckdb:///{database}") as warehouse:
        assert not (waiting / "left_by_a_killed_process").exists()
        assert waiting.stat().st_mode & 0o777 == 0o700
        assert Path(warehouse.value("select current_setting('temp_directory')")) == waiting
        warehouse.run("set memory_limit = '64MB'")
        numbers = "select hash(n) as a, hash(n + 1) as b from range(4_000_000) as numbers (n)"
        warehouse.run(f"create temp table sorted as {numbers} order by a")
        assert sum(file.stat().st_size for file in waiting.iterdir())
    assert not waiting.exists()
