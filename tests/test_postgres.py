"""The database fixture itself: real servers, empty databases, nothing shared between tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.postgres import PostgresServer


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database(database_url: str, turn: int) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (turn INTEGER)"))
        connection.execute(text("INSERT INTO mark VALUES (:turn)"), {"turn": turn})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT turn FROM mark")).scalars().all() == [turn]


def test_server_is_recent_and_closed_to_the_network(postgres_server: PostgresServer) -> None:
    with postgres_server.connect() as connection:
        assert connection.info.server_version >= 15_00_00
        encoding, addresses = connection.execute(
            "SELECT current_setting('server_encoding'), current_setting('listen_addresses')"
        ).fetchone()
    assert encoding == "UTF8"
    assert addresses in ("", "127.0.0.1")


def test_an_open_transaction_fails_the_test(postgres_server: PostgresServer) -> None:
    database = postgres_server.fresh_database()
    connection = postgres_server.connect(database.__enter__())
    connection.execute("BEGIN")
    connection.execute("SELECT 1")
    with pytest.raises(AssertionError, match="left a transaction open"):
        database.__exit__(None, None, None)
    connection.close()


def test_a_database_ends_with_its_test(postgres_server: PostgresServer) -> None:
    with postgres_server.fresh_database() as name:
        pass
    with postgres_server.connect() as connection:
        names = connection.execute("SELECT datname FROM pg_database").fetchall()
    assert name not in [row[0] for row in names]


@pytest.fixture(scope="module")
def filled(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.fresh_database() as name:
        with postgres_server.connect(name) as connection:
            connection.execute(
                "CREATE TABLE part (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text);"
                "CREATE TABLE line (id serial PRIMARY KEY, part integer REFERENCES part);"
                "INSERT INTO part (code) VALUES ('A'), ('B'); INSERT INTO line (part) VALUES (1)"
            )
        yield name


def test_a_copy_serves_again_as_if_it_were_new(
    postgres_server: PostgresServer, filled: str
) -> None:
    content = "SELECT id, code, (SELECT count(*) FROM line) FROM part ORDER BY id"
    used = []
    for _ in range(2):
        with postgres_server.copy_of(filled) as name:
            used.append(name)
            with postgres_server.connect(name) as connection:
                assert connection.execute(content).fetchall() == [(1, "A", 1), (2, "B", 1)]
                connection.execute("DELETE FROM line; DELETE FROM part WHERE id = 1")
                connection.execute("UPDATE part SET code = 'other'")
                new = connection.execute("INSERT INTO part (code) VALUES ('C') RETURNING id")
                assert new.fetchone() == (3,)
    assert used[0] == used[1]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE part ADD note text",
        "ALTER TABLE part ALTER code SET NOT NULL",
        "DROP TABLE line",
        "CREATE TABLE another (id integer)",
        "ALTER TABLE line DROP CONSTRAINT line_part_fkey",
        "CREATE INDEX ON part (code)",
        "CREATE SCHEMA other",
    ],
)
def test_a_copy_with_another_schema_is_not_used_again(
    postgres_server: PostgresServer, filled: str, change: str
) -> None:
    with postgres_server.copy_of(filled) as spoiled, postgres_server.connect(spoiled) as connection:
        connection.execute(change)
    with postgres_server.copy_of(filled) as name:
        assert name != spoiled


def test_two_copies_at_once_are_two(postgres_server: PostgresServer, filled: str) -> None:
    with postgres_server.copy_of(filled) as one, postgres_server.copy_of(filled) as two:
        assert one != two
