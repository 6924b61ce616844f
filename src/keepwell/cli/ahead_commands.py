"""The commands that look ahead: preview of an edited configuration, explain with what-if."""

from typing import Annotated

import typer

from keepwell.cli.options import HERE, JsonOption, LangOption, ProjectOption, language


def preview(
    project: ProjectOption = HERE, lang: LangOption = None, as_json: JsonOption = False
) -> None:
    """Show what the edited configuration would change: tiers, money, alerts, people's work."""
    from keepwell.cli.show_what_if import show_look_ahead
    from keepwell.cli.work import opened
    from keepwell.wiring.previewing import look_ahead

    with opened(project) as at_work:
        found = look_ahead(at_work)
        show_look_ahead(found, language(lang, at_work.config.lang), as_json=as_json)


def explain(
    account: Annotated[str, typer.Argument(help="Account id, as in the source.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="measure=value; several times for several measures."),
    ] = None,
    effort: Annotated[
        bool, typer.Option("--least-effort", help="The fewest moves to the next tier.")
    ] = False,
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an account has its score, what changed, what would lift it; or what if."""
    from keepwell.cli.show_proof import explain_with_card
    from keepwell.cli.work import opened

    with opened(project) as at_work:
        if changes or effort:
            from keepwell.cli.show_what_if import show_what_if
            from keepwell.wiring.previewing import account_what_if

            what = account_what_if(at_work, account, changes or ())
            show_what_if(what, language(lang, at_work.config.lang), as_json=as_json)
            return
        explain_with_card(at_work, account, language(lang, at_work.config.lang), as_json=as_json)
