"""The one tree of errors: what failed, what was expected or found, and what to run next."""


class KeepwellProblem(Exception):  # noqa: N818 - a problem has a cure; an error is a fault
    """Base of every error that keepwell raises on purpose.

    `what` names the failure with its values, `cure` the command or line that mends it;
    `details` carries the same values for machines. Never put a secret into any of them.
    """

    code = "problem"
    exit_code = 70

    def __init__(self, what: str, *, cure: str = "", **details: object) -> None:
        super().__init__(f"{what} {cure}".strip())
        self.what = what
        self.cure = cure
        self.details = details


class InputProblem(KeepwellProblem):
    """The user can mend it: exit code 2, HTTP 422."""

    code = "input_problem"
    exit_code = 2


class OutsideProblem(KeepwellProblem):
    """Something outside failed and may work later: exit code 75, HTTP 503."""

    code = "outside_problem"
    exit_code = 75


class InternalProblem(KeepwellProblem):
    """A fault of keepwell itself: exit code 70, HTTP 500."""

    code = "internal_problem"
    exit_code = 70


class ConfigInvalid(InputProblem):
    """A configuration file does not say what it must; carries file and line."""

    code = "config_invalid"


class SourceRejected(InputProblem):
    """A file or table cannot be taken in; the last good snapshot stays."""

    code = "source_rejected"


class NotFound(InputProblem):
    """Something that was named does not exist; says what does."""

    code = "not_found"


class SqlNotAllowed(InputProblem):
    """An SQL text uses a construct outside the portable vocabulary (design decision D2)."""

    code = "sql_not_allowed"


class SourceUnavailable(OutsideProblem):
    """A file, database or disk could not be reached or written just now."""

    code = "source_unavailable"
