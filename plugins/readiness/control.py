"""The small databases beside the warehouse: the ledger and the vault.

Beside an embedded warehouse each is an SQLite file of its own (mode 0600); on a PostgreSQL server each is a schema.
"""

from pathlib import Path

import sqlalchemy as sa

from readiness.errors import WarehouseBusy
from readiness.settings import masked, private_folder


def control_engine(url: str, schema: str, metadata: sa.MetaData) -> sa.Engine:
    """An engine on which the tables of `metadata` exist: in `schema` on a server, in a file of their own otherwise. It
    keeps no connection open, for a task opens many of them and a server has few to give."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        file = Path(address.database)
        private_folder(file.parent)
        engine = sa.create_engine(address, hide_parameters=True, poolclass=sa.NullPool, connect_args={"timeout": 60})
        with engine.begin() as connection:
            _make_tables(connection, metadata)
        file.chmod(0o600)
        return engine
    engine = sa.create_engine(address, hide_parameters=True, poolclass=sa.NullPool).execution_options(
        schema_translate_map={None: schema}
    )
    try:
        engine.connect().close()
    except sa.exc.OperationalError:
        raise WarehouseBusy(
            f"The warehouse {masked(url)} cannot be reached. Check that the server runs and that READINESS_WAREHOUSE "
            "(or the Airflow connection 'warehouse') is right."
        ) from None
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtext('readiness control'))"))
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
        _make_tables(connection, metadata)
    return engine


def _make_tables(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Make what is not there, also when another process does the same at this moment."""
    for table in metadata.sorted_tables:
        connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
