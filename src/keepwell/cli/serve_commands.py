"""The commands of the web app: serve it, let people in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keepwell.cli.options import HERE, JsonOption, ProjectOption
from keepwell.vocabulary import InputProblem

if TYPE_CHECKING:
    from keepwell.ports.people import Role
    from keepwell.wiring.web_desk import WebDesk

users = typer.Typer(
    help="Who may use the web app and the REST API: invite, list, change; API tokens.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
LoginArgument = Annotated[str, typer.Argument(help="Name to sign in with, such as an address.")]
RoleOption = Annotated[
    str, typer.Option(help="admin, operations, leader, csm, viewer or api (a program).")
]
SeesOption = Annotated[
    list[str] | None,
    typer.Option("--sees", help="Id of a CSM whose accounts it sees; may be repeated."),
]
CommandLine = Annotated[str, typer.Option("--by", help="Who does it; kept in the audit log.")]


def serve(
    project: ProjectOption = HERE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=32, help="Processes.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Serve the web app and the REST API of a project until it is stopped."""
    from keepwell.cli.console import Speaker
    from keepwell.wiring.serving import ready_to_serve
    from keepwell.wiring.serving import serve as serve_project

    address, secret = f"http://{host}:{port}", ready_to_serve(project)
    link = f"{address}/welcome/{secret}" if secret else None
    told = {"address": address, "workers": workers, "first_admin": link}
    if not Speaker(as_json=as_json).result(told):
        typer.echo(f"keepwell: {address}", err=True)
        if link:
            typer.echo(f"first admin, works once: {link}", err=True)
    serve_project(project, host, port, workers)


@users.command("invite")
def invite(
    login: LoginArgument,
    role: RoleOption = "viewer",
    sees: SeesOption = None,
    name: Annotated[str, typer.Option(help="Name of the person.")] = "",
    address: Annotated[
        str, typer.Option("--url", help="Where the web app is.")
    ] = "http://127.0.0.1:8000",
    by: CommandLine = "keepwell",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Make a link, good once, with which a person chooses a password; also a forgotten one."""
    from keepwell.cli.console import Speaker

    with _desk(project) as desk:
        secret = desk.invite(login, _role(role), name=name, sees=sees or (), by=by)
        until = desk.invitation(secret).expires_at
    link = f"{address.rstrip('/')}/welcome/{secret}"
    speak = Speaker(as_json=as_json)
    if not speak.result({"login": login, "role": role, "link": link, "until": until}):
        speak.line(link)
        speak.line(f"  {login} ({role}), {until:%Y-%m-%d %H:%M}")


@users.command("list")
def list_people(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """List who may sign in."""
    from keepwell.cli.console import Speaker

    with _desk(project) as desk:
        people = desk.people.people()
    speak = Speaker(as_json=as_json)
    if not speak.result({"people": people}):
        rows = [
            (p.login, p.name, p.role, ", ".join(p.sees) or "-", "-" if p.disabled_at else "+")
            for p in people
        ]
        speak.table(("login", "name", "role", "sees", "may sign in"), rows)


@users.command("set")
def change(
    login: LoginArgument,
    role: Annotated[str | None, typer.Option(help="New role.")] = None,
    sees: SeesOption = None,
    everybody: Annotated[bool, typer.Option("--sees-all", help="No limit of accounts.")] = False,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Whether it may sign in.")
    ] = None,
    by: CommandLine = "keepwell",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Change a person's role, sight or admission; its sessions end."""
    from keepwell.cli.console import Speaker

    with _desk(project) as desk:
        person = desk.people.change(
            login.strip().casefold(),
            role=None if role is None else _role(role),
            sees=() if everybody else sees,
            is_disabled=None if enabled is None else not enabled,
            by=by,
            at=desk.now(),
        )
    speak = Speaker(as_json=as_json)
    if not speak.result({"person": person}):
        speak.line(f"{person.login}: {person.role}, {', '.join(person.sees) or '-'}")


@users.command("token")
def add_token(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "cli",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, write or import; may be repeated; default: read."),
    ] = None,
    days: Annotated[int, typer.Option(help="How many days it counts.")] = 90,
    by: CommandLine = "keepwell",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Make an API token for a person or program; it is shown once."""
    from keepwell.cli.console import Speaker
    from keepwell.ports.people import TOKEN_SCOPES

    asked = scope or ["read"]
    if wrong := [s for s in asked if s not in TOKEN_SCOPES]:
        raise InputProblem(f"`{wrong[0]}` is no scope.", cure="Use --scope read, write or import.")
    with _desk(project) as desk:
        scopes = tuple(s for s in TOKEN_SCOPES if s in asked)
        made, secret = desk.add_token(login, name, scopes, days, by=by)
    speak = Speaker(as_json=as_json)
    if not speak.result({"token": made, "secret": secret}):
        speak.line(secret)


@users.command("tokens")
def list_tokens(project: ProjectOption = HERE, as_json: JsonOption = False) -> None:
    """List API tokens, without their secrets."""
    from keepwell.cli.console import Speaker

    with _desk(project) as desk:
        tokens = desk.access.tokens()
    speak = Speaker(as_json=as_json)
    if not speak.result({"tokens": tokens}):
        rows = [
            (str(t.id), f"{t.starts_with}...", t.name, t.login, " ".join(t.scopes),
             f"{t.expires_at:%Y-%m-%d}", "-" if t.revoked_at else "+")
            for t in tokens
        ]  # fmt: skip
        speak.table(("id", "token", "name", "login", "scopes", "until", "counts"), rows)


@users.command("revoke")
def revoke(
    token: Annotated[int, typer.Argument(help="Number of the token.")],
    by: CommandLine = "keepwell",
    project: ProjectOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """End an API token."""
    from keepwell.cli.console import Speaker

    with _desk(project) as desk:
        desk.access.revoke(token, by=by, at=desk.now())
    speak = Speaker(as_json=as_json)
    if not speak.result({"revoked": token}):
        speak.line(f"{token}: -")


@contextmanager
def _desk(project: Path) -> "Iterator[WebDesk]":
    from keepwell.wiring.served import served_project
    from keepwell.wiring.web_desk import web_desk

    yield web_desk(served_project(project))


def _role(given: str) -> "Role":
    from keepwell.ports.people import ROLES

    found = next((r for r in ROLES if r == given), None)
    if found is None:
        raise InputProblem(f"`{given}` is no role.", cure=f"Use one of: {', '.join(ROLES)}.")
    return found
