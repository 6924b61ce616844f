"""Alembic's entry: runs the migrations on the connection that the state store hands over."""

from alembic import context
from sqlalchemy import Connection

from keepwell.adapters.state import (
    journey_models,
    outbox_models,
    plan_care_models,
    plan_models,
    schedule_models,
    warning_models,
)
from keepwell.adapters.state.models import StateTable

# Importing the module is what makes its tables part of the metadata.
for table in (
    warning_models.AlarmRow,
    outbox_models.MessageRow,
    journey_models.PassageRow,
    plan_models.PlanRow,
    plan_care_models.StageRow,
    schedule_models.JobRunRow,
):
    assert table.metadata is StateTable.metadata  # noqa: S101


def migrate(connection: Connection) -> None:
    """Bring the database on this connection to the newest shape."""
    context.configure(
        connection=connection, target_metadata=StateTable.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
