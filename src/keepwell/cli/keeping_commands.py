"""The commands that keep a project safe: backup, restore, verify, prune."""

from pathlib import Path
from typing import Annotated

import typer

from keepwell.cli.options import (
    HERE,
    JsonOption,
    LangOption,
    ProjectOption,
    language,
)

keeping = typer.Typer()


@keeping.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as backup.tar.")],
    project: ProjectOption = HERE,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write state, snapshots and configuration into one checked archive."""
    from keepwell.cli.show_keeping import show_backup
    from keepwell.cli.work import opened
    from keepwell.wiring import back_up

    with opened(project) as at_work:
        done = back_up(at_work, file, force=force)
        show_backup(done, language(lang, at_work.config.lang), as_json=as_json)


@keeping.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `keepwell backup` wrote.")],
    project: ProjectOption = HERE,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a state and files that are there.")
    ] = False,
    keep_config: Annotated[
        bool,
        typer.Option(
            "--keep-config", help="Leave keepwell.yml and the other YAML files as they are."
        ),
    ] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in place, in a new folder or, with --force, over what is there."""
    from keepwell.cli.show_keeping import show_restored
    from keepwell.wiring import restore as put_in_place

    done = put_in_place(file, project, force=force, keep_config=keep_config)
    show_restored(done, language(lang, done.lang), as_json=as_json)


@keeping.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An archive; without it the project is looked at.")
    ] = None,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look whether database, audit log, alerts and snapshots hold together; exit code 2 if not."""
    from keepwell.cli.show_keeping import show_verified
    from keepwell.cli.work import opened
    from keepwell.wiring import verify_archive, verify_project

    if file is not None:
        code = show_verified(verify_archive(file), language(lang), as_json=as_json)
    else:
        with opened(project) as at_work:
            spoken = language(lang, at_work.config.lang)
            code = show_verified(verify_project(at_work), spoken, as_json=as_json)
    raise typer.Exit(code)


@keeping.command()
def prune(
    project: ProjectOption = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say which snapshots would go; remove nothing.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides; kept in the audit log.")] = "",
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove the snapshots that `retention:` in keepwell.yml does not keep."""
    from keepwell.cli.show_keeping import show_pruned
    from keepwell.cli.work import opened
    from keepwell.wiring import prune as remove_old

    with opened(project) as at_work:
        done = remove_old(at_work, dry_run=dry_run, by=by or "keepwell")
        show_pruned(done, language(lang, at_work.config.lang), as_json=as_json)
