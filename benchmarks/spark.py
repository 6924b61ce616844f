"""Spark on this machine against the embedded engine; measured only where `--only` names it."""

from collections.abc import Iterator

from benchmarks.harness import CACHE, round_robin
from benchmarks.page import Section, table
from benchmarks.parts import DEFAULT_MB, Asked, compared_columns, contender, described, made
from keepwell.vocabulary import SPARK_MB


def spark(asked: Asked) -> Iterator[Section]:
    """Measure the full compute at the largest size, each engine under its default of memory."""
    for size in asked.middle_sizes[-1:]:
        folder = made("data", CACHE / size, size)
        outs = {name: CACHE / f"out_{size}_{name}" for name in ("keepwell", "spark")}
        commands = {
            "DuckDB": contender("compute_keepwell", folder, outs["keepwell"], DEFAULT_MB),
            "Spark": contender("compute_spark", folder, outs["spark"], str(SPARK_MB)),
        }
        used = round_robin(commands, asked.rounds, asked.log)
        columns = compared_columns(outs["keepwell"], outs["spark"])
        ours, theirs = used["Spark"], used["DuckDB"]
        cost = f"CPU {ours.cpu / theirs.cpu:.1f}, wall {ours.wall / theirs.wall:.1f}"
        limits = f"heap of {SPARK_MB} MB; DuckDB may hold {DEFAULT_MB} MB"
        lines = [
            f"Spark over DuckDB: {cost}. Compared and equal: {columns} columns.",
            f"Spark is `local[2]` with a {limits}. Java's start is in its figures;",
            "its memory is that of the larger of its two processes, Python and Java.",
        ]
        text = f"{table(list(used.items()), 'engine')}\n\n{' '.join(lines)}"
        yield Section("spark", described(size, "activities"), text)
