"""The commands about one person: where it is named, all of it as JSON, its erasure."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keepwell.cli.options import HERE, JsonOption, LangOption, ProjectOption, language
from keepwell.vocabulary import InputProblem, Lang

if TYPE_CHECKING:
    from keepwell.wiring.privacy_desk import Found

privacy = typer.Typer(
    help="One person in a project: find, export, erase.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Subject = Annotated[str, typer.Argument(help="A login, an address, or the id of a contact.")]


@privacy.command("find")
def find(
    subject: Subject, project: ProjectOption = HERE, lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say where a person is named; nothing is changed."""
    from keepwell.cli.work import opened
    from keepwell.wiring.privacy_desk import find_person

    with opened(project) as at_work:
        _show(find_person(at_work, subject), language(lang, at_work.config.lang), as_json=as_json)


@privacy.command("export")
def export(
    subject: Subject,
    file: Annotated[Path, typer.Argument(help="The JSON file to write.")],
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all that names a person into one JSON file."""
    from keepwell.cli.work import opened
    from keepwell.wiring.privacy_desk import find_person

    with opened(project) as at_work:
        found = find_person(at_work, subject)
        rows = [{"table": m.table, "row": dict(m.row)} for m in found.mentions]
        whole = {"subject": subject, "contacts": found.contacts, "state": rows}
        text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
        _write_new(file, text)
        _show(found, language(lang, at_work.config.lang), as_json=as_json)


@privacy.command("erase")
def erase(
    subject: Subject,
    by: Annotated[str, typer.Option("--by", help="Who decides; kept in the audit log.")] = "",
    project: ProjectOption = HERE,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a person from state, imports, quarantine and messages in files, for good."""
    from keepwell.cli.work import opened
    from keepwell.wiring.privacy_desk import erase_person

    with opened(project) as at_work:
        found = erase_person(at_work, subject, by=by)
        _show(found, language(lang, at_work.config.lang), as_json=as_json, is_erased=True)


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet, so that no export is overwritten."""
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except OSError as problem:
        raise InputProblem(
            f"Cannot write {file}: {problem.strerror}.",
            cure="Name a file that is not there yet, in a folder that is.",
        ) from problem


def _show(found: "Found", lang: Lang, *, as_json: bool, is_erased: bool = False) -> None:
    from keepwell.cli.console import Speaker
    from keepwell.cli.privacy_words import word

    speak = Speaker(as_json=as_json)
    tables: dict[str, int] = {}
    for mention in found.mentions:
        tables[mention.table] = tables.get(mention.table, 0) + 1
    places = {
        "contacts": len(found.contacts),
        "state": tables,
        "set_aside": sum(n for _, n in found.set_aside),
        "sent": [str(p) for p in found.sent],
        "outside": [str(p) for p in found.outside],
        "is_erased": is_erased,
    }
    if speak.result(places):
        return
    if found.is_empty:
        speak.line(word("nowhere", lang))
        return
    named = ", ".join(f"{name} {n}" for name, n in sorted(tables.items())) or "-"
    speak.line(word("erased" if is_erased else "found", lang), "bold")
    speak.line(
        word("places", lang, len(found.contacts), named, places["set_aside"], len(found.sent))
    )
    if found.outside:
        speak.line(word("outside", lang, ", ".join(map(str, found.outside[:5]))))
