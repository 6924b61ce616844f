"""Lines of a YAML file, with the number of each line that the user may have to fill."""

import re
from dataclasses import dataclass, field

_PLAIN = re.compile(
    r"^[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff ./()-]*[\w\u4e00-\u9fff)]$|^[A-Za-z_]$"
)
_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"])
_UNSAFE = re.compile(
    "[\u007f-\u009f\u00ad\u2028\u2029\u200b-\u200f\u202a-\u202e\ufeff\ud800-\udfff]"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: str) -> str:
    """Return a text as a YAML scalar that reads back as the same text.

    >>> scalar("Record ID"), scalar("true"), scalar("a: b")
    ('Record ID', '"true"', '"a: b"')
    """
    if _PLAIN.match(value) and value.casefold() not in _WORDS and "  " not in value:
        return value
    out = []
    for ch in value:
        code = ord(ch)
        if ch in _ESCAPES:
            out.append(_ESCAPES[ch])
        elif code < 0x20 or _UNSAFE.match(ch):
            out.append(f"\\u{code:04x}")
        else:
            out.append(ch)
    return '"' + "".join(out) + '"'


def comment(text: str) -> str:
    """Return a text that is safe in a comment: one line, nothing invisible."""
    shown = "".join(ch if ch.isprintable() else " " for ch in text)
    return _UNSAFE.sub(" ", shown)


@dataclass(slots=True)
class Lines:
    """Text under construction; `places` maps a key such as `money.currency` to its line."""

    rows: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, text: str = "", *, key: str = "", note: str = "") -> None:
        """Append a line; `key` remembers its number, `note` follows as a comment."""
        tail = f"  # {comment(note)}" if note else ""
        self.rows.append(f"{text}{tail}".rstrip())
        if key:
            self.places[key] = len(self.rows)

    def say(self, indent: int, text: str) -> None:
        """Append a comment, wrapped at about 96 columns."""
        room = 94 - indent
        for part in _wrap(comment(text), room):
            self.rows.append(f"{' ' * indent}# {part}")

    def text(self) -> str:
        """Return the file."""
        return "\n".join(self.rows) + "\n"


def _wide(ch: str) -> int:
    return 2 if "\u1100" <= ch <= "\uffe6" and ch not in "\u2018\u2019\u201c\u201d" else 1


def _wrap(text: str, room: int) -> list[str]:
    parts, line, width = [], "", 0
    for word in re.findall(r"[\u3000-\uffef]|[^\s\u3000-\uffef]+|\s+", text):
        size = sum(map(_wide, word))
        if width + size > room and line.strip():
            parts.append(line.rstrip())
            line, width = "", 0
            if word.isspace():
                continue
        line += word
        width += size
    return [*parts, line.rstrip()] if line.strip() or not parts else parts
