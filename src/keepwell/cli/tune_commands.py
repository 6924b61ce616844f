"""The commands that learn from a back-test: the churn scorecard, proposals for scorecards."""

from typing import Annotated, Literal

import typer

from keepwell.cli.options import HERE, JsonOption, LangOption, ProjectOption, language

churn = typer.Typer(help="The churn scorecard: fit it on a back-test, look at it, forget it.")
BacktestOption = Annotated[
    str | None, typer.Option("--backtest", help="Id of a kept back-test; default: the newest.")
]
HorizonOption = Annotated[
    int | None, typer.Option("--horizon", help="Days ahead; default: the back-test's shortest.")
]


@churn.command("fit")
def fit(
    backtest: BacktestOption = None,
    horizon: HorizonOption = None,
    challenger: Annotated[
        Literal["scikit_learn", "lightgbm"], typer.Option(help="scikit_learn or lightgbm.")
    ] = "scikit_learn",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the churn scorecard, try it on later days, and keep it with its verdict."""
    from keepwell.cli.show_tune import show_fit, show_refusal
    from keepwell.cli.work import opened
    from keepwell.proof.model import TooFewEvents
    from keepwell.wiring.learning import fit_project_churn

    with opened(project) as at_work:
        spoken = language(lang, at_work.config.lang)
        found = fit_project_churn(at_work, backtest, horizon, challenger)
    if isinstance(found, TooFewEvents):
        show_refusal(found, spoken, as_json=as_json)
        raise typer.Exit(2)
    show_fit(found, spoken, as_json=as_json)


@churn.command("show")
def show(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Show the churn scorecard, its verdict, and whether the accounts moved since the fit."""
    from keepwell.cli.show_tune import show_stored
    from keepwell.cli.work import opened
    from keepwell.wiring.learning import stored_churn

    with opened(project) as at_work:
        found = stored_churn(at_work)
        show_stored(found, language(lang, at_work.config.lang), as_json=as_json)


@churn.command("why")
def why(
    account: Annotated[str, typer.Argument(help="Id of an account of the newest run.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show why an account has its probability of leaving, and along its contract where it has."""
    from keepwell.cli.show_contracts import show_reasons
    from keepwell.cli.work import opened
    from keepwell.wiring.contract_learning import churn_reasons

    with opened(project) as at_work:
        found = churn_reasons(at_work, account)
        show_reasons(found, language(lang, at_work.config.lang), as_json=as_json)


@churn.command("drop")
def drop(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Forget the churn scorecard; runs rank by contribution again."""
    from keepwell.cli.console import Speaker
    from keepwell.cli.tune_words import tune_word
    from keepwell.cli.work import opened
    from keepwell.wiring.learning import drop_project_churn

    with opened(project) as at_work:
        spoken = language(lang, at_work.config.lang)
        was_there = drop_project_churn(at_work)
    speak = Speaker(as_json=as_json)
    if not speak.result({"dropped": was_there}):
        speak.line(tune_word("dropped" if was_there else "nothing_to_drop", spoken))


def tune(
    scorecard: Annotated[str | None, typer.Option(help="Which one, if several.")] = None,
    backtest: BacktestOption = None,
    horizon: HorizonOption = None,
    largest_move: Annotated[
        float, typer.Option(help="Points of weight that may move in all.", min=1, max=50)
    ] = 20.0,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Write it also if its gain may be chance.")
    ] = False,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose weights, curves and tier lines from a back-test, in a file for review."""
    from keepwell.cli.show_tune import show_refusal, show_tuned
    from keepwell.cli.work import opened
    from keepwell.proof.model import TooFewEvents
    from keepwell.wiring.learning import tune_project

    with opened(project) as at_work:
        spoken = language(lang, at_work.config.lang)
        found = tune_project(
            at_work, scorecard, backtest, horizon, largest_move=largest_move, anyway=anyway
        )
    if isinstance(found, TooFewEvents):
        show_refusal(found, spoken, as_json=as_json)
        raise typer.Exit(2)
    show_tuned(found, spoken, as_json=as_json)
