"""The database fixture itself: real servers, empty databases, nothing shared between tests."""

from __future__ import annotations

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
