"""Refusals that only the web knows, each with its HTTP status."""

from keepwell.vocabulary import InputProblem


class NotSignedIn(InputProblem):
    """Nobody signed in, or the session or token counts no more: HTTP 401."""

    code = "not_signed_in"


class NotAllowed(InputProblem):
    """The role or token may not do this: HTTP 403."""

    code = "not_allowed"


class FormNotOurs(InputProblem):
    """A write that did not come from a page of this session: HTTP 403."""

    code = "form_not_ours"


class Throttled(InputProblem):
    """Too many sign-ins failed: HTTP 429; `wait_s` says how long."""

    code = "throttled"


class Outdated(InputProblem):
    """What was to be changed has changed since it was read: HTTP 412."""

    code = "outdated"


class KeyReused(InputProblem):
    """An idempotency key came with another request before: HTTP 409."""

    code = "key_reused"


class KeyUnderWay(InputProblem):
    """A write with the same idempotency key has begun and not answered: HTTP 409."""

    code = "key_under_way"
