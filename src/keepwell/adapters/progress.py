"""Progress for callers that show none, such as tests and pipes."""

from keepwell.vocabulary import Lang


class NoProgress:
    """Fulfils ports.Progress and says nothing."""

    def step(self, key: str, lang: Lang, total: int | None = None) -> None:
        """Do nothing."""

    def expect(self, parts: int) -> None:
        """Do nothing."""

    def advance(self, parts: int = 1) -> None:
        """Do nothing."""
