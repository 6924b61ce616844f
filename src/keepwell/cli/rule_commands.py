"""The commands that try triggers before they are live: tests of rules, and a replay."""

from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.mail_commands import alerts
from keepwell.cli.options import (
    HERE,
    JsonOption,
    LangOption,
    ProjectOption,
    language,
)

__all__ = ["alerts"]


@alerts.command("test")
def try_rules(
    file: Annotated[Path, typer.Argument(help="A file of tests, such as rules_test.yml.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run tests of the project's triggers, also for silence; exit code 2 if one fails."""
    from keepwell.cli.show_rules import show_tested
    from keepwell.cli.show_trigger_cards import tell_triggers
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk
    from keepwell.wiring.proof_cards import trigger_names

    with opened(project) as at_work:
        found = alert_desk(at_work).test(file)
        spoken = language(lang, at_work.config.lang)
        code = show_tested(found, spoken, as_json=as_json)
        tell_triggers(at_work, trigger_names(at_work), spoken, as_json=as_json)
    raise typer.Exit(code)


@alerts.command("backtest")
def backtest(
    days: Annotated[int, typer.Option(min=2, max=3660, help="Days to look back.")] = 180,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the alerts that the triggers would have made on the stored days, by CSM and week."""
    from keepwell.cli.show_rules import show_backtest
    from keepwell.cli.show_trigger_cards import tell_triggers
    from keepwell.cli.work import opened
    from keepwell.wiring import alert_desk
    from keepwell.wiring.proof_cards import trigger_names

    with opened(project) as at_work:
        found = alert_desk(at_work).backtest(days)
        spoken = language(lang, at_work.config.lang)
        show_backtest(found, spoken, as_json=as_json)
        tell_triggers(at_work, trigger_names(at_work), spoken, as_json=as_json)
