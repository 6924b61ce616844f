"""Figures in the text form that Prometheus reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its help; `samples` are values by their labels."""

    name: str
    help: str
    kind: Literal["gauge", "counter"]
    samples: tuple[tuple[Mapping[str, str], float], ...] = field(default=())


def exposition(figures: Iterable[Figure]) -> str:
    r"""Return the figures as text, one line a sample.

    >>> print(exposition([Figure("up", "Alive.", "gauge", (({"job": 'a"b'}, 1.0),))]), end="")
    # HELP up Alive.
    # TYPE up gauge
    up{job="a\"b"} 1
    """
    lines = []
    for figure in figures:
        lines.append(f"# HELP {figure.name} {_escaped(figure.help)}")
        lines.append(f"# TYPE {figure.name} {figure.kind}")
        lines += [f"{figure.name}{_labels(given)} {value:.15g}" for given, value in figure.samples]
    return "".join(f"{line}\n" for line in lines)


def _labels(given: Mapping[str, str]) -> str:
    pairs = [f'{name}="{_quoted(value)}"' for name, value in given.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')
