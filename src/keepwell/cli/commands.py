"""The commands of `keepwell`: each opens a project, calls one run and shows what came back."""

from pathlib import Path
from typing import Annotated

import typer

from keepwell import __version__
from keepwell.cli.ahead_commands import explain, preview
from keepwell.cli.alert_commands import audit, history
from keepwell.cli.commands_warehouse import warehouse
from keepwell.cli.cta_commands import ctas
from keepwell.cli.effect_commands import effect
from keepwell.cli.journey_commands import journeys
from keepwell.cli.keeping_commands import keeping
from keepwell.cli.options import (
    HERE,
    AsOfOption,
    JsonOption,
    LangOption,
    ProjectOption,
    day_of,
    language,
)
from keepwell.cli.play_commands import plays
from keepwell.cli.privacy_commands import privacy
from keepwell.cli.proof_commands import proving
from keepwell.cli.review_commands import plans
from keepwell.cli.rule_commands import alerts
from keepwell.cli.schedule_commands import schedule
from keepwell.cli.serve_commands import serve, users
from keepwell.cli.tune_commands import churn, tune
from keepwell.vocabulary import InputProblem

app = typer.Typer(
    name="keepwell",
    help="Which customers are about to leave, why, what hangs on it, and what to do next.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(history)
app.command()(tune)
app.add_typer(churn, name="churn")
app.command()(preview)
app.command()(explain)
app.command()(serve)
app.add_typer(users, name="users")
app.add_typer(proving)
app.command()(effect)
app.add_typer(alerts, name="alerts")
app.add_typer(audit, name="audit")
app.add_typer(plans, name="plans")
app.add_typer(journeys, name="journeys")
app.add_typer(ctas, name="cta")
app.add_typer(plays, name="plays")
app.add_typer(schedule, name="schedule")
app.add_typer(warehouse)
app.add_typer(keeping)
app.add_typer(privacy, name="privacy")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"keepwell {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Keep customers well."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new project.")],
    origin: Annotated[
        str,
        typer.Option("--from", help="Folder, database file, or env:VARIABLE (PostgreSQL)."),
    ],
    scorecard: Annotated[str, typer.Option(help="classic or robust.")] = "robust",
    lang: LangOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Recognise tables, map columns, write keepwell.yml and a scorecard."""
    from keepwell.cli.show_init import show_init
    from keepwell.cli.work import busy
    from keepwell.wiring import start_project

    spoken = language(lang)
    with busy() as progress:
        _, report = start_project(
            folder, origin, scorecard=scorecard, lang=spoken, force=force, progress=progress
        )
    show_init(report, spoken, as_json=as_json)


@app.command()
def check(
    project: ProjectOption = HERE,
    export_quarantine: Annotated[
        Path | None, typer.Option(help="Write quarantined rows to this folder, to mend them.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Try quarantined rows again after a repair.")
    ] = False,
    mended: Annotated[
        list[Path] | None, typer.Option(help="With --replay: mended quarantine files.")
    ] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the data contract: every finding with its count, examples and cure."""
    from keepwell.cli.show_check import show_check
    from keepwell.cli.work import opened
    from keepwell.wiring import export_quarantine as write_quarantine

    with opened(project) as at_work:
        replayed = at_work.replay(mended or ()) if replay or mended else None
        imported = replayed.imported if replayed else at_work.check()
        files = write_quarantine(imported.folder, export_quarantine) if export_quarantine else ()
        spoken = language(lang, at_work.config.lang)
        code = show_check(imported, spoken, replayed=replayed, files=files, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def run(
    project: ProjectOption = HERE,
    as_of: AsOfOption = None,
    refit: Annotated[
        bool, typer.Option("--refit", help="Fit the scorecard anew and tell the drift.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read every event again, whatever was kept of them.")
    ] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check, measure, score and publish one immutable snapshot."""
    from keepwell.cli.show_proof import tell_cards
    from keepwell.cli.show_run import show_run
    from keepwell.cli.work import opened
    from keepwell.wiring import run_and_deliver

    with opened(project) as at_work:
        done = run_and_deliver(at_work, day_of(as_of, "--as-of"), refit=refit, full=full)
        spoken = language(lang, at_work.config.lang)
        show_run(done.run, spoken, as_json=as_json, written=done.written_back)
        tell_cards(at_work, done.run.scorecards, spoken, as_json=as_json)


@app.command()
def report(
    project: ProjectOption = HERE,
    formats: Annotated[
        str, typer.Option("--format", help="md, html, pdf, xlsx; several by comma; or all.")
    ] = "all",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; default: reports/<as of>.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="health (the whole) or value.")] = "health",
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the report that a leader reads, with its pictures."""
    from keepwell.cli.show_run import show_report
    from keepwell.cli.work import opened

    with opened(project) as at_work:
        spoken = language(lang, at_work.config.lang)
        written = at_work.report(spoken, formats, output, kind)
        show_report(written, spoken, as_json=as_json)


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="measures, scores, contributions, risk_matrix ...")],
    output: Annotated[Path, typer.Option("-o", "--output", help=".csv, .parquet or .xlsx file.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write one table of the current snapshot to a file."""
    from keepwell.cli.console import Speaker
    from keepwell.cli.work import opened

    speak = Speaker(as_json=as_json)
    with opened(project) as at_work:
        done = at_work.export(table, output, language(lang, at_work.config.lang))
    if not speak.result(done):
        speak.line(f"{done.path}: {done.rows}")


@app.command()
def override(
    account: Annotated[str, typer.Argument(help="Account id, as in the source.")],
    tier: Annotated[str | None, typer.Option(help="The tier it shall count as.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the override.")] = "",
    author: Annotated[str, typer.Option(help="Who; kept with the override.")] = "",
    until: Annotated[str | None, typer.Option(help="Last day it counts, YYYY-MM-DD.")] = None,
    end: Annotated[bool, typer.Option("--end", help="End the account's override.")] = False,
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Correct an account's tier for a time; the score stays as it is."""
    from keepwell.cli.console import Speaker
    from keepwell.cli.work import opened
    from keepwell.wiring.overriding import end_tier_by_hand, set_tier_by_hand

    with opened(project) as at_work:
        if end:
            end_tier_by_hand(at_work, account, author=author)
        else:
            last = day_of(until, "--until")
            if tier is None or last is None:
                raise InputProblem(
                    "An override needs a tier and a last day.",
                    cure="Give --tier and --until, or --end to end one.",
                )
            set_tier_by_hand(at_work, account, tier, reason=reason, author=author, until=last)
    speak = Speaker(as_json=as_json)
    if not speak.result({"account_id": account, "tier": None if end else tier}):
        speak.line(f"{account}: {'-' if end else tier}  (keepwell run)")


@app.command()
def doctor(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Look at everything that can be wrong with the set-up, and name the cure."""
    from keepwell.cli.show_doctor import show_doctor
    from keepwell.cli.work import examined, project_language

    with examined(project) as results:
        spoken = language(lang, project_language(project))
        code = show_doctor(results, spoken, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to build the example in.")] = Path("demo"),
    accounts: Annotated[
        int | None, typer.Option(help="How many customers; default 2000, with --days 300.", min=50)
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="Replay so many days up to the present.", min=3, max=365)
    ] = None,
    lang: LangOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier demo.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Build an example company, check and score it, and write its report."""
    from keepwell.cli.show_demo import show_demo
    from keepwell.cli.show_replay import show_replay
    from keepwell.cli.work import busy
    from keepwell.wiring import build_demo, replay_demo

    spoken = language(lang)
    with busy() as progress:
        if days is None:
            done = build_demo(
                folder, accounts=accounts or 2000, lang=spoken, force=force, progress=progress
            )
        else:
            replayed = replay_demo(
                folder,
                days=days,
                accounts=accounts or 300,
                lang=spoken,
                force=force,
                progress=progress,
            )
    if days is None:
        show_demo(done, spoken, as_json=as_json)
    else:
        show_replay(replayed, spoken, as_json=as_json)
