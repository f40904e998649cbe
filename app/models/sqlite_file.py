"""Rules of a SQLite database file: where it may lie, how it is connected to and saved."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.core.errors import Unavailable
from app.core.messages import message

APPLICATION_ID = 0x54414B54  # "TAKT": tells our files from other programs' databases
BUSY_MILLISECONDS = 5000
_NETWORK_TYPES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs"}


def refuse_network_share(path: Path) -> None:
    """``Unavailable`` if the file lies on a network share.

    SQLite's write-ahead log shares memory between processes, which no share can do.
    """
    if _on_windows_share(path) if os.name == "nt" else _on_linux_share(path):
        raise Unavailable(message("database.network_share", database=str(path)))


def _on_windows_share(path: Path) -> bool:
    import ctypes

    windows: Any = ctypes
    absolute = path.absolute()
    remote_drive = 4  # DRIVE_REMOTE
    unc = str(absolute).startswith("\\\\")
    return unc or windows.windll.kernel32.GetDriveTypeW(absolute.anchor) == remote_drive


def _on_linux_share(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False  # no such list on this system
    kind = _mount_type(str(path.absolute().resolve()), lines)
    return kind in _NETWORK_TYPES or kind.startswith("fuse.")


def _mount_type(path: str, lines: list[str]) -> str:
    """File system type of the mount that ``path`` lies on, from lines of mountinfo(5)."""
    best, kind = "", ""
    for line in lines:
        fields = line.split()
        point = fields[4].replace("\\040", " ")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[fields.index("-") + 1]
    return kind


def set_up(connection: sqlite3.Connection) -> None:
    """Settings of each connection; ``Unavailable`` if the write-ahead log cannot be had."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute("PRAGMA synchronous = FULL")
    mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode not in ("wal", "memory"):
        mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    cursor.close()
    if mode not in ("wal", "memory"):
        raise Unavailable(message("database.no_wal", mode=str(mode)))


def save_copy(source: Path, reason: str) -> Path:
    """Copy of a live database beside it, made and checked by SQLite itself; returns its path.

    The copy appears under its name only when it is complete, checked and on disk.
    Errors: ``Unavailable`` if the copy fails its check.
    """
    folder = source.parent / "backups"
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = folder / f"{source.stem}-{stamp}-{reason}.sqlite"
    unfinished = target.with_suffix(".part")
    try:
        with (
            contextlib.closing(sqlite3.connect(source)) as live,
            contextlib.closing(sqlite3.connect(unfinished)) as copy,
        ):
            live.backup(copy)
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
            # A file of its own, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        if answer != "ok":
            raise Unavailable(message("database.copy_damaged", database=str(source)))
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
