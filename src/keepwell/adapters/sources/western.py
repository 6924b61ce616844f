"""Whether bytes outside ASCII read as Western European words in cp1252."""

import re

_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽŸ")
_SIGNS = frozenset("€£¥§©®™°±²³µ·«»–—‘’“”„…•¼½¾¿¡ºª¢†‡\u00a0\u00ad´¨")
_QUOTING = frozenset("«»‘’“”…–—\u00a0€")
_INNER_SIGNS = frozenset("’´\u00ad·–\u00a0")
_WORD = re.compile(r"[^\W\d_]+")


def is_western_text(data: bytes) -> bool:
    """Say whether all bytes over 127 are plausible letters or signs of Western European text.

    A word made mostly of accented letters, or a sign in the middle of a word, is not.
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    high = [c for c in text if ord(c) > 127]
    if not high or any(c not in _LETTERS and c not in _SIGNS for c in high):
        return False
    return not _has_strange_word(text) and not _has_inner_sign(text)


def _has_strange_word(text: str) -> bool:
    strange = plausible = 0
    for match in _WORD.finditer(text):
        word = match.group()
        accented = sum(ord(c) > 127 for c in word)
        if accented:
            # "été" has two of three; a lone capital or a run of them is Cyrillic read wrong.
            fits = accented <= max(1, len(word) * 2 // 3) and not _has_late_capital(word)
            plausible += fits
            strange += not fits
    return strange > 0.1 * plausible


def _has_late_capital(word: str) -> bool:
    return any(c.isupper() for c in word[1:]) and any(c.islower() for c in word)


def _has_inner_sign(text: str) -> bool:
    for i in range(1, len(text) - 1):
        if text[i] in _SIGNS and text[i] not in _INNER_SIGNS:
            left, right = text[i - 1], text[i + 1]
            if left.isalpha() and right.isalpha():
                return True
            if text[i] not in _QUOTING and (left in _LETTERS or right in _LETTERS):
                return True
            if left in _SIGNS and left == text[i] and text[i] not in "°":
                return True
    return False
