"""Opt an address out of all journeys, or in again: by token, contact or the address itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from keepwell.journeys import address_hash, hash_of_token
from keepwell.ports import Engine
from keepwell.ports.journeys import JourneyStore
from keepwell.runs.journey_accounts import JourneyReader
from keepwell.vocabulary import InputProblem, NotFound

Reason = Literal["opted_out", "bounced", "complained"]
REASONS: tuple[Reason, ...] = ("opted_out", "bounced", "complained")


@dataclass(frozen=True, slots=True)
class OptingOut:
    """Whose address, and why; one of `token`, `contact`, `address` is given.

    `is_undone`: the person asked to be written to again.
    """

    token: str | None = None
    contact: str | None = None
    address: str | None = field(default=None, repr=False)
    reason: Reason = "opted_out"
    is_undone: bool = False


def opt_out(
    wanted: OptingOut,
    store: JourneyStore,
    reader: JourneyReader,
    engine: Engine,
    *,
    by: str,
    at: datetime,
) -> bool:
    """Store the opt-out, or end it; false when nothing changed. The address is not kept.

    Errors: InputProblem, NotFound.
    """
    given = [g for g in (wanted.token, wanted.contact, wanted.address) if g]
    if len(given) != 1:
        raise InputProblem(
            "An opt-out names one address.", cure="Give one of --token, --contact, --address."
        )
    if not by.strip():
        raise InputProblem("An opt-out needs a name.", cure="Give --by NAME.")
    hashed, source = _hash_of(wanted, store.salt(), reader, engine)
    if wanted.is_undone:
        return store.release(hashed, by=by, at=at)
    return store.suppress(hashed, wanted.reason, by=by, at=at, source=source)


def _hash_of(
    wanted: OptingOut, salt: bytes, reader: JourneyReader, engine: Engine
) -> tuple[str, str]:
    if wanted.token:
        hashed = hash_of_token(wanted.token, salt)
        if hashed is None:
            raise InputProblem(
                "This token was not made by this project.",
                cure="Take the whole token from the unsubscribe link.",
            )
        return hashed, "token"
    if wanted.contact:
        address = reader.address_of(engine, wanted.contact)
        if address is None:
            raise NotFound(
                f"The last import has no contact `{wanted.contact}` with an address.",
                cure="Give the contact's id as the source has it, or --address.",
            )
        return address_hash(address, salt), "contact"
    address = (wanted.address or "").strip()
    if "@" not in address[1:-1]:
        raise InputProblem("That is no e-mail address.", cure="Give --address name@example.com.")
    return address_hash(address, salt), "address"
