"""The file of the embedded warehouse, held by one process at a time, which no killed process can spoil.

DuckDB writes what is committed to a log beside the file, and brings the log into the file in a checkpoint. That
rewrites blocks that the file still lives on: killed in the middle of such a write, it leaves a file that nobody can
open. So there is no checkpoint of the file itself. When a process closes its last connection and the log or the file
has grown much, both are copied, the checkpoint is made in the copy, and the copy takes the file's place. See
docs/decisions/0022.
"""

import fcntl
import logging
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from readiness.errors import WarehouseBusy

WAIT_SECONDS = 900
PAUSE_SECONDS = 0.1
COPIED_BYTES = 1024 * 1024
LOG_GROWN, FILE_GROWN = 1 / 16, 1 / 2
"""Shares of the bytes in use after the last copy. Until the log has so many, or so many more are in use, no copy is
made, for it takes what writing the whole file takes. But every opening reads the log, and what was dropped keeps its
room.
"""
NO_CHECKPOINT_BY_ITSELF = {"checkpoint_threshold": "1TB"}
MEMORY = "1GB"
"""Beyond it, what is being worked on waits in files beside the file. Opening and copying take what they need."""
AT_HAND: dict[Path, "OpenFile"] = {}
"""The files that this process holds."""
INHERITED: list["OpenFile"] = []
"""What the process that forked this one held: not to be used, and kept because DuckDB cannot let go of it here."""
TURN = threading.Lock()
"""Within a process, one thread at a time opens or closes."""


@dataclass
class OpenFile:
    """A file that this process holds: its lock, the connection that all others are made of, and how many there are."""

    lock: int
    connection: duckdb.DuckDBPyConnection
    openings: int = 0


@contextmanager
def connected(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the file, for this process alone; waits for whoever holds it now."""
    database = database.resolve()
    deadline = time.monotonic() + WAIT_SECONDS
    if not TURN.acquire(timeout=WAIT_SECONDS):
        raise _busy(database)
    try:
        file = AT_HAND.get(database) or _opened(database, deadline)
        AT_HAND[database] = file
        file.openings += 1
    finally:
        TURN.release()
    try:
        with file.connection.cursor() as connection:
            yield connection
    finally:
        with TURN:
            file.openings -= 1
            if not file.openings and AT_HAND.get(database) is file:
                del AT_HAND[database]
                _close(database, file)


def _forked() -> None:
    """What the process that forked holds is not the new one's, which waits for it as any other does."""
    global TURN
    TURN = threading.Lock()
    for file in AT_HAND.values():
        os.close(file.lock)
    INHERITED.extend(AT_HAND.values())
    AT_HAND.clear()


os.register_at_fork(after_in_child=_forked)


def _opened(database: Path, deadline: float) -> OpenFile:
    lock = os.open(_beside(database, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
    connection, waiting = None, _beside(database, "waiting")
    own = {
        "custom_user_agent": uuid.uuid4().hex,  # else DuckDB hands out a file that this process closed and still has
        "temp_directory": str(waiting),  # its own choice is that of every other program that reads the file
    }
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _take_the_copy(database)
                if waiting.exists():
                    shutil.rmtree(waiting)  # what a killed process left
                waiting.mkdir(mode=0o700)
                connection = duckdb.connect(database, config=NO_CHECKPOINT_BY_ITSELF | own)
                break
            except (BlockingIOError, duckdb.IOException) as error:
                if isinstance(error, duckdb.IOException) and "Could not set lock" not in str(error):
                    raise
                if time.monotonic() > deadline:
                    raise _busy(database) from None
            time.sleep(PAUSE_SECONDS)
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute(f"set memory_limit = '{MEMORY}'")
        database.chmod(0o600)
    except BaseException:
        if connection:
            connection.close()
            shutil.rmtree(waiting, ignore_errors=True)
        os.close(lock)
        raise
    return OpenFile(lock, connection)


def _busy(database: Path) -> WarehouseBusy:
    return WarehouseBusy(
        f"The warehouse {database.name} has been held by another process for {WAIT_SECONDS // 60} minutes. End that "
        "process, or wait for its job to finish, and try again."
    )


def _close(database: Path, file: OpenFile) -> None:
    log = _beside(database, "wal")
    try:
        try:
            has_grown = _has_grown(database, file.connection)
        finally:
            file.connection.close()
            shutil.rmtree(_beside(database, "waiting"), ignore_errors=True)
        if log.exists():
            log.chmod(0o600)
        if has_grown:
            _bring_in_the_log(database)
    except (OSError, duckdb.Error) as error:
        logging.getLogger(__name__).warning(
            "What was written to the warehouse %s is safe in its log, but the log could not be brought into the file "
            "(%s). It is tried again whenever the warehouse is closed; it takes room beside the file for a copy of it.",
            database.name,
            error,
        )
    finally:
        fcntl.flock(file.lock, fcntl.LOCK_UN)
        os.close(file.lock)


def _has_grown(database: Path, connection: duckdb.DuckDBPyConnection) -> bool:
    log, noted = _beside(database, "wal"), _beside(database, "lock").read_text()
    if not log.exists() or not log.stat().st_size:
        return False
    in_use = int(noted) if noted.isdecimal() else 0
    return log.stat().st_size >= LOG_GROWN * in_use or _bytes_in_use(connection) >= (1 + FILE_GROWN) * in_use


def _bytes_in_use(connection: duckdb.DuckDBPyConnection) -> int:
    """What was dropped since the last checkpoint is in use until the next one."""
    found = connection.execute(
        "select used_blocks * block_size from pragma_database_size() where database_name = current_database()"
    )
    return found.fetchall()[0][0]


def _bring_in_the_log(database: Path) -> None:
    log, folder = _beside(database, "wal"), _beside(database, "checkpoint")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    copied = folder / database.name
    try:
        with database.open("r+b") as original:
            fcntl.lockf(original, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as DuckDB does: no other program may write meanwhile
            with copied.open("xb") as copy:
                shutil.copyfileobj(original, copy, COPIED_BYTES)
            copied.chmod(0o600)
            shutil.copy2(log, folder)
            with duckdb.connect(copied, config=NO_CHECKPOINT_BY_ITSELF) as connection:
                connection.execute("checkpoint")
                _beside(database, "lock").write_text(str(_bytes_in_use(connection)))
            _to_the_disk(copied)  # a log without one whole entry is no reason for DuckDB to do it
            copied.replace(_beside(database, "checkpointed"))
            _take_the_copy(database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _take_the_copy(database: Path) -> None:
    """Put a copy that is complete in the file's place; it holds the log too. Cut short anywhere, it is done again."""
    copy = _beside(database, "checkpointed")
    if copy.exists():
        _to_the_disk(database.parent)
        _beside(database, "wal").unlink(missing_ok=True)
        _to_the_disk(database.parent)
        copy.replace(database)
        _to_the_disk(database.parent)


def _to_the_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _beside(database: Path, name: str) -> Path:
    return database.with_name(f"{database.name}.{name}")
