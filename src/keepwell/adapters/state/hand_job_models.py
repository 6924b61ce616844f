"""What a job started by hand adds to its row among the jobs of the schedule."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable


class HandJobRow(StateTable):
    """Who asked for a job, for what, and what it came to; `job_run_id` is its row in job_runs."""

    __tablename__ = "hand_jobs"

    job_run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(200))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
