"""The same question inside groups of accounts; small ones get their counts and no number."""

from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Heading, Paragraph, Table
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.ranking import ends_cell
from keepwell.reports.proof.terms import group_word
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.terms import industry_word, size_word
from keepwell.reports.text import Line, Slot, line, words
from keepwell.vocabulary import Bilingual

FEW = Bilingual("事件太少，不评价", "too few events to judge")
NOTHING = Bilingual("—", "—")


def groups(desk: Desk) -> list[Block]:
    """Return the section."""
    heading = Heading(words("六、分组看", "6. Inside groups"), anchor="groups")
    if not desk.card.groups:
        return [heading, Paragraph(words("数据没有分组。", "The data hold no groups."))]
    return [heading, Paragraph(_reading()), _table(desk)]


def _reading() -> Line:
    return line(
        "每组至少要有 10 家独立客户出现结果、10 家没有，才给出 AUC；组与组之间没有检验，不要据此排名。",
        "A group gets an AUC from 10 independent accounts with the outcome and 10 without; groups are not tested against "
        "each other, so do not rank them by it.",
    )


def _named(group: str, name: str) -> Slot:
    return size_word(name) if group == "size" else industry_word(name)


def _table(desk: Desk) -> Table:
    return Table(
        "proof_groups",
        Bilingual("各组的 AUC", "AUC by group"),
        (
            Bilingual("按", "by"),
            Bilingual("分组", "group"),
            Bilingual("客户", "accounts"),
            Bilingual("出现结果", "with outcome"),
            Bilingual("AUC", "AUC"),
            Bilingual("95 % 区间", "95 % interval"),
            Bilingual("说明", "note"),
        ),
        tuple(
            (
                slot_cell(group_word(g.group)),
                slot_cell(_named(g.group, g.name)),
                text_cell(f"{g.accounts:,}", g.accounts),
                text_cell(f"{g.event_accounts:,}", g.event_accounts),
                number_cell(g.auc.value, Form.RATIO),
                ends_cell(g.auc.low, g.auc.high, Form.RATIO),
                words_cell(FEW if g.is_small else NOTHING),
            )
            for g in desk.card.groups
        ),
        (False, False, True, True, True, True, False),
    )
