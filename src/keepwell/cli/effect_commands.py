"""The command of effects: what plays, journeys and plans did."""

from typing import Annotated, cast

import typer

from keepwell.cli.options import HERE, JsonOption, LangOption, ProjectOption, language
from keepwell.vocabulary import InputProblem

ALL = "all"


def effect(
    name: Annotated[
        str | None, typer.Argument(help="A play, journey, plan or playbook; left out: all.")
    ] = None,
    project: ProjectOption = HERE,
    horizon: Annotated[int, typer.Option(min=7, max=365, help="Days until the outcome.")] = 90,
    measure: Annotated[str, typer.Option(help="score, left, money or all.")] = ALL,
    matters: Annotated[
        float | None,
        typer.Option(help="Least effect worth having, in the measure's unit; fix it first."),
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what plays, journeys and plans did, against accounts without them."""
    from keepwell.cli.show_effects import show_effects
    from keepwell.cli.work import opened
    from keepwell.proof import EffectMeasure
    from keepwell.runs.effect import MEASURES, EffectWish
    from keepwell.wiring import effects_of

    if measure not in (*MEASURES, ALL):
        raise InputProblem(
            f"There is no measure `{measure}`.", cure=f"Use {', '.join(MEASURES)} or {ALL}."
        )
    if matters is not None and (matters <= 0 or measure == ALL):
        raise InputProblem(
            "`--matters` is an amount above 0 of one measure.",
            cure="Name the measure too, such as --measure score --matters 5.",
        )
    wanted = MEASURES if measure == ALL else (cast("EffectMeasure", measure),)
    with opened(project) as at_work:
        found = effects_of(at_work, name, EffectWish(horizon, wanted, matters))
        show_effects(found, language(lang, at_work.config.lang), as_json=as_json)
