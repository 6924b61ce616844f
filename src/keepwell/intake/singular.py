"""English patterns of findings as they read when the count is one."""

import re

_NOUNS = (
    "account|amount|area|byte|cell|column|contact|count|date|day|file|flag|formula|id|integer|line"
    "|name|number|row|sheet|time|value"
)
_COUNTED = re.compile(rf"(\{{count\}} (?:[\w-]+ ){{0,3}}?)({_NOUNS})s\b")
_VERBS = {
    "are": "is", "belong": "belongs", "carry": "carries", "contain": "contains", "do": "does",
    "end": "ends", "exceed": "exceeds", "fall": "falls", "have": "has", "hold": "holds",
    "lack": "lacks", "lie": "lies", "look": "looks", "match": "matches", "point": "points",
    "repeat": "repeats", "share": "shares", "were": "was",
}  # fmt: skip
_VERB = re.compile(rf"(?<=\s)(?<!the )({'|'.join(_VERBS)})(?=\s)")
_JOINED = (
    ("and were ", "and was "),
    ("and count ", "and counts "),
    ("and do not count.", "and does not count."),
    ("they were ", "it was "),
    ("they are ", "it is "),
    ("they still count", "it still counts"),
    ("and still count", "and still counts"),
    ("carry no churned_at", "carries no churned_at"),
    ("leads or prospects by", "a lead or prospect by"),
)
_PHRASES = (
    ("before they became customers", "before it became a customer"),
    ("before they start", "before it starts"),
    ("test or internal ones", "a test or internal one"),
    (" is no dates that exist", " is no date that exists"),
    (" is words for nothing", " is a word for nothing"),
    (" is Unix times", " is a Unix time"),
    (" is placeholders", " is a placeholder"),
    (" is totals", " is a total"),
    ("e-mail addresses", "an e-mail address"),
    ("two-digit years", "a two-digit year"),
    ("read as numbers", "read as a number"),
    (" their ", " its "),
)


def singular(pattern: str) -> str:
    """Return a message pattern for a count of one.

    >>> singular("{count} rows of table {table} lack the id.")
    '{count} row of table {table} lacks the id.'
    >>> singular("It is {count} days ago.")
    'It is {count} day ago.'
    """
    found = _COUNTED.search(pattern)
    if found is None:
        return pattern
    text = pattern[: found.start()] + found[1] + found[2]
    rest = pattern[found.end() :]
    if found.start() > 0:
        return text + re.sub(r"^ were\b", " was", rest)
    for plural, single in _JOINED:
        rest = rest.replace(plural, single)
    rest = _VERB.sub(lambda m: _VERBS[m[1]], rest, count=1)
    for plural, single in _PHRASES:
        rest = rest.replace(plural, single)
    return text + rest
