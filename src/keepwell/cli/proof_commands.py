"""`keepwell proof`: does the score predict, when does it warn, is it better than a naive rule?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.backtest_commands import backtest
from keepwell.cli.options import HERE, JsonOption, LangOption, ProjectOption, language
from keepwell.vocabulary import InputProblem

proving = typer.Typer(rich_markup_mode=None)
proving.command()(backtest)


@proving.command()
def proof(
    project: ProjectOption = HERE,
    scorecard: Annotated[str | None, typer.Option(help="One scorecard; default: all.")] = None,
    horizon: Annotated[int | None, typer.Option(help="One horizon in days; default: all.")] = None,
    backtest_id: Annotated[
        str | None, typer.Option("--backtest", help="Id of a back-test; default: the newest.")
    ] = None,
    model: Annotated[
        bool, typer.Option("--model", help="Judge the fitted churn models, not the scorecards.")
    ] = False,
    capacity: Annotated[
        list[float] | None,
        typer.Option(help="Accounts a list holds, or a share below 1; may be repeated."),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help="md, html, pdf, xlsx; several by comma; or all.")
    ] = "all",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder; one inside it for each of several cards."),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge the newest back-test: verdict, naive rules, calibration, tiers, lead time, groups.

    A table that `proof.labelled` names is judged too, by cross-validation; it needs no back-test.
    """
    from keepwell.cli.show_labelled import show_judged
    from keepwell.cli.show_proof import show_proof
    from keepwell.cli.work import opened
    from keepwell.wiring.proving import NOTHING_REPLAYED, prove_project
    from keepwell.wiring.proving_labelled import newest_id, prove_labelled
    from keepwell.wiring.proving_models import prove_models

    wrong = [size for size in capacity or () if size <= 0]
    if wrong:
        raise InputProblem(
            f"A list of {wrong[0]:g} accounts.", cure="Use --capacity 20, or 0.1 for a tenth."
        )
    wish = _Wish(horizon, backtest_id, formats, output, capacity or ())
    with opened(project) as at_work:
        spoken = language(lang, at_work.config.lang)
        if model:
            judged = prove_models(at_work, spoken, **asdict(wish))
            show_proof(judged, spoken, as_json=as_json)
            return
        labelled = prove_labelled(
            at_work, spoken, formats=formats, folder=output, capacities=capacity or ()
        )
        # A labelled table stands alone where nothing was replayed, and none was asked for.
        asked = (scorecard, horizon, backtest_id)
        is_asked = any(a is not None for a in asked)
        is_needed = labelled is None or is_asked or newest_id(at_work) is not None
        done = (
            prove_project(at_work, spoken, scorecard=scorecard, **asdict(wish))
            if is_needed
            else NOTHING_REPLAYED
        )
        show_judged(labelled, done, spoken, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of a report card, be it of scorecards or of models."""

    horizon_days: int | None
    backtest_id: str | None
    formats: str
    folder: Path | None
    capacities: Sequence[float]
