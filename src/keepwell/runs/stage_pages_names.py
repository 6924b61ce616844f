"""By what an account's name is found and sorted: itself, its pinyin, its initials, its id."""

from collections.abc import Mapping

SearchTexts = Mapping[str, tuple[str, str]]


def search_text(name: str, account_id: str, known: SearchTexts) -> tuple[str, str]:
    """Return what a name is searched by and sorted by; names seen before are not read again."""
    if (before := known.get(name)) is not None and before[0].endswith(account_id.casefold()):
        return before
    spoken = spelled(name)
    plain = name.casefold()
    parts = dict.fromkeys((plain, *spoken, account_id.casefold()))
    return "\n".join(parts), (spoken[0] if spoken else plain)


def spelled(name: str) -> tuple[str, str] | tuple[()]:
    """Return the pinyin of a name with Chinese characters and its initials, else nothing.

    >>> spelled("栖川冷链"), spelled("Acme")
    (('qichuanlenglian', 'qcll'), ())
    """
    if not any("\u3400" <= c <= "\u9fff" for c in name):
        return ()
    # It reads a dictionary of half a second: only where there is something to spell.
    from pypinyin import lazy_pinyin

    syllables = [s.casefold() for s in lazy_pinyin(name)]
    return "".join(syllables), "".join(s[:1] for s in syllables)
