"""Legal moves: which state may follow which, in one table per machine."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.vocabulary import InputProblem


@dataclass(frozen=True, slots=True)
class Machine:
    """States with the states that may follow each; a state without followers is final."""

    name: str
    moves: Mapping[str, tuple[str, ...]]

    def allows(self, before: str, after: str) -> bool:
        """Say whether `after` may follow `before`."""
        return after in self.moves[before]

    def require(self, before: str, after: str, subject: str) -> None:
        """Refuse a move that is not in the table. Errors: InputProblem, with what is legal."""
        if self.allows(before, after):
            return
        legal = ", ".join(self.moves[before]) or "nothing: this state is final"
        raise InputProblem(
            f"{subject} is `{before}` and cannot become `{after}`.",
            cure=f"From `{before}` it may become: {legal}.",
            before=before,
            after=after,
        )


def require_words(**given: str) -> None:
    """Refuse empty words, such as a reason that is not given. Errors: InputProblem."""
    empty = [name for name, text in given.items() if not text.strip()]
    if empty:
        raise InputProblem(
            f"This needs {' and '.join(empty)}.",
            cure="Give " + ", ".join(f"--{name}" for name in empty) + ".",
        )
