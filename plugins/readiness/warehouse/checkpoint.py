"""Checkpoints of the embedded warehouse that a crash cannot spoil.

What is committed goes to the write-ahead log beside the file; a checkpoint brings it into the file, and rewrites blocks
that the file still lives on. A process that is killed in the middle of such a write leaves a file that DuckDB cannot
open. So checkpoints are made here alone, when a warehouse is closed, and file and log are copied aside before and
thrown away after. Whoever finds copies that nobody is working with takes them: with their log they hold all that was
committed, whether the checkpoint had come to its end or not.
"""

import fcntl
import shutil
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import duckdb

CONFIG = {"checkpoint_threshold": "1TB"}
"""No checkpoint by itself while a warehouse is open."""
TURN = threading.Lock()
"""Within a process, which may open its own file many times, one checkpoint or look for copies at a time."""


def checkpoint(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Bring the log into the file. It stays as it is, to be replayed, if there is no room for copies or if somebody
    else in this process is in a transaction."""
    log = _log_of(database)
    with TURN:
        if not log.exists() or not log.stat().st_size or not _copied_aside(database, log):
            return
        with suppress(duckdb.TransactionException):
            connection.execute("checkpoint")
        _discard(database)


def restore(database: Path) -> bool:
    """Take what was copied aside, if a checkpoint was cut short; nobody may be working with the file. Whether there was
    anything to take."""
    with TURN, database.with_name(f"{database.name}.restoring").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        aside = _aside_of(database)
        if not aside.exists():
            return False
        for target in (_log_of(database), database):
            arriving = target.with_name(f"{target.name}.arriving")
            shutil.copy2(aside / target.name, arriving)
            arriving.replace(target)
        _discard(database)
        return True


def was_cut_short(database: Path) -> bool:
    """Whether a checkpoint was begun and not ended; asked by one who can open the file, so nobody else is at it."""
    with TURN:
        return _aside_of(database).exists()


def _copied_aside(database: Path, log: Path) -> bool:
    """The copying is another process's work: DuckDB's lock is gone as soon as ours has opened and closed the file."""
    begun = _begun_of(database)
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(mode=0o700)
    if subprocess.run(["cp", "-p", database, log, begun], capture_output=True, check=False).returncode:
        shutil.rmtree(begun, ignore_errors=True)
        return False
    begun.rename(_aside_of(database))
    return True


def _discard(database: Path) -> None:
    """In one step, and then the rest: a half of the copies must not be taken for all of them."""
    begun = _begun_of(database)
    shutil.rmtree(begun, ignore_errors=True)
    _aside_of(database).rename(begun)
    shutil.rmtree(begun, ignore_errors=True)


def _log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def _aside_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.aside")


def _begun_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.aside-begun")
