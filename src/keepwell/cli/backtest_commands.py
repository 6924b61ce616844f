"""`keepwell backtest`: scores as they stood on past days, beside what came after."""

from typing import Annotated

import typer

from keepwell.cli.options import (
    HERE,
    AsOfOption,
    JsonOption,
    LangOption,
    ProjectOption,
    day_of,
    language,
)
from keepwell.vocabulary import InputProblem

HORIZONS = (30, 60, 90, 180)
OUTCOMES = ("churn", "non_renewal", "contraction", "downgrade", "inactivity", "label")


def backtest(
    project: ProjectOption = HERE,
    scorecard: Annotated[
        str | None, typer.Option(help="One scorecard, for every account; default: all in use.")
    ] = None,
    origins: Annotated[
        int | None, typer.Option(min=1, max=120, help="Ends of month to look back to, at most.")
    ] = None,
    horizon: Annotated[
        list[int] | None, typer.Option(help="Days ahead: 30, 60, 90, 180; may be repeated.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(help=f"What counts as bad: {', '.join(OUTCOMES)}.")
    ] = None,
    as_of: AsOfOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay scorecards at past ends of month, from what was known then, and keep the frames."""
    from keepwell.cli.show_backtest import show_backtest
    from keepwell.cli.work import opened
    from keepwell.wiring.backtesting import backtest_project
    from keepwell.wiring.proving_labelled import newest_id

    wrong = [h for h in horizon or () if h not in HORIZONS]
    if wrong:
        raise InputProblem(f"A horizon of {wrong[0]} days.", cure="Choose of 30, 60, 90, 180.")
    if outcome is not None and outcome not in OUTCOMES:
        raise InputProblem(f"`{outcome}` is no outcome.", cure=f"Choose of: {', '.join(OUTCOMES)}.")
    with opened(project) as at_work:
        done = backtest_project(
            at_work,
            scorecard=scorecard,
            origins=origins,
            horizons=horizon or (),
            outcome=outcome,  # type: ignore[arg-type]
            as_of=day_of(as_of, "--as-of"),
        )
        newest = newest_id(at_work)
        show_backtest(done, language(lang, at_work.config.lang), as_json=as_json, newest=newest)
