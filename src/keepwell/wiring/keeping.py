"""Where a project's state is kept: a file in its folder, or a schema on a PostgreSQL server."""

from keepwell.adapters.environment import read_secret
from keepwell.adapters.state import SqlKeepingStore, SqlStateStore, StatePlace, sqlite_url
from keepwell.config import Config
from keepwell.runs.layout import ProjectLayout
from keepwell.vocabulary import InputProblem


def project_state(config: Config, layout: ProjectLayout) -> SqlStateStore:
    """Return the state store of a project, brought up to date.

    Errors: InputProblem for settings that lack something, SourceUnavailable for a database that
    cannot be reached.
    """
    layout.hidden.mkdir(parents=True, exist_ok=True)
    place = state_place(config, layout)
    state = SqlStateStore(place)
    if place.is_postgres and layout.state.exists() and not SqlKeepingStore(state).has_runs():
        _require_none_left(layout, place)
    return state


def _require_none_left(layout: ProjectLayout, place: StatePlace) -> None:
    """Refuse to begin anew on a server while the project's own file holds its history."""
    with SqlStateStore(sqlite_url(layout.state)) as file:
        known = len(file.run_ids())
    if known:
        raise InputProblem(
            f"The state at ${place.variable} knows no run, while {layout.state} knows {known}.",
            cure="Let them move: take `state:` out of keepwell.yml, `keepwell backup FILE`, put it "
            "back, `keepwell restore FILE --keep-config`. To begin anew, move the file away.",
            runs=known,
        )


def state_place(config: Config, layout: ProjectLayout) -> StatePlace:
    """Return where the state of a project is. Errors: InputProblem for an address of no use."""
    if config.state is None:
        return StatePlace(sqlite_url(layout.state))
    variable = config.state.url_env
    place = StatePlace(read_secret(variable, "`state:`"), config.state.in_schema, variable)
    if not place.is_postgres:
        raise InputProblem(
            f"{variable} does not hold an address of PostgreSQL.",
            cure=f"Write {variable}=postgresql://role:password@host:5432/database, or leave "
            "`state:` out of keepwell.yml to keep the state in .keepwell/state.db.",
            variable=variable,
        )
    return place
