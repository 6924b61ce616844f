"""Signing in at a provider: what begins it, and who may come in when it ends."""

from dataclasses import dataclass

from keepwell.adapters import credentials
from keepwell.adapters.environment import read_secret
from keepwell.adapters.oidc_provider import OidcProvider
from keepwell.ports.people import Person
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.web_desk import WebDesk


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser keeps while its person is at the provider, and where it goes."""

    address: str
    kept: str


def provider_name(desk: WebDesk) -> str:
    """Return what the button says; empty without a provider."""
    settings = desk.project.config.sign_in.oidc
    return settings.name if settings else ""


def begin(desk: WebDesk) -> Begun:
    """Begin a sign-in. Errors: NotFound without a provider, InputProblem, OutsideProblem."""
    state, nonce, verifier = (credentials.new_secret() for _ in range(3))
    return Begun(_provider(desk).address(state, nonce, verifier), f"{state}.{nonce}.{verifier}")


def finish(desk: WebDesk, kept: str, state: str, code: str) -> tuple[Person, str]:
    """Return who came back, with the secret of a new session.

    Only somebody who was invited comes in, under the address that the provider has verified; an
    open invitation is taken up by it, that of an admin is not. Errors: as `begin`.
    """
    parts = kept.split(".")
    if len(parts) != 3 or not state or not credentials.is_same(state, parts[0]):
        raise InputProblem("This sign-in did not begin here.", cure="Begin at /login.")
    now = desk.now()
    known = _provider(desk).known(code, parts[1], parts[2], int(now.timestamp()))
    person = desk.people.entering(known.email, known.name, at=now)
    if person is None:
        raise InputProblem(
            "Nobody is invited under this address.", cure="Ask an admin for an invitation."
        )
    return person, desk.opened(person)


def _provider(desk: WebDesk) -> OidcProvider:
    settings = desk.project.config.sign_in.oidc
    if settings is None:
        raise NotFound(
            "No sign-in provider is set.", cure="Name one in keepwell.yml: `sign_in.oidc`."
        )
    # Two requests at once make two, of which one stays.
    if not isinstance(desk.provider, OidcProvider):
        desk.provider = OidcProvider(settings, read_secret(settings.secret_env, "`sign_in.oidc`"))
    return desk.provider
