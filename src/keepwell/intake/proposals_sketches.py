"""Write the skeleton of a source table that no layout knows: commented, ready to be filled."""

from keepwell.intake.proposals import Fill, Sketch
from keepwell.intake.proposals_lines import Lines, scalar
from keepwell.intake.proposals_wanted import WANTED
from keepwell.intake.proposals_words import say
from keepwell.vocabulary import TABLES, Lang


def write_sketch(source: str, sketch: Sketch, lines: Lines, lang: Lang) -> list[Fill]:
    """Append the block of one source table and return its lines to fill.

    Missing: a required column without a guess stays blank; an optional one keeps a second `#`.
    """
    given = dict(sketch.guesses)
    columns = say("sketch", names=", ".join(sketch.columns)).text(lang)
    lines.add(f"    # - source: {scalar(source)}", note=columns)
    lines.add("    #   columns:")
    fills = []
    for column in TABLES[sketch.table].columns:
        name = column.name
        if not column.is_required and name not in WANTED[sketch.table] and name not in given:
            continue
        key = f"tables.{sketch.table}({source}).columns.{name}"
        if name in given:
            message = say("sketch_guess", column=given[name])
            lines.add(f"    #     {name}: {scalar(given[name])}", key=key, note=message.text(lang))
        elif column.is_required:
            message = say("ask_required", column=name, table=sketch.table)
            lines.add(f"    #     {name}:", key=key, note=message.text(lang))
        else:
            lines.add(f"    #     # {name}:", note=say("ask_wanted").text(lang))
            continue
        fills.append(Fill(key, message, column.is_required))
    return fills
