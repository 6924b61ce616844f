"""The short way to open the state agrees with Alembic's long one."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from keepwell.adapters.state.revisions import VERSIONS, is_newest, newest_revision
from state_databases import StateDatabase


def test_the_newest_revision_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_only_a_database_at_the_newest_revision_is_opened_as_it_is(
    bare_database: StateDatabase,
) -> None:
    engine = bare_database.engine()
    assert not is_newest(engine)
    bare_database.open().close()
    assert is_newest(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not is_newest(engine)
    engine.dispose()
