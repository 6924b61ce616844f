"""How a labelled table is judged, what was left out of it, and what to look at first."""

from dataclasses import dataclass

from keepwell.proof import LabelledCard, Leak
from keepwell.reports.page import Block, Heading, Items, Paragraph
from keepwell.reports.proof.figures import Desk
from keepwell.reports.proof.limits import leak_lines, order_of_test, repeats_line
from keepwell.reports.text import Data, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class Aside:
    """What of a table took no part, or perhaps should not.

    left_out: columns that keepwell.yml leaves out; unread: texts of which no value repeats;
    keys: whole numbers of which no value repeats; unlabelled: rows without a label.
    """

    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unlabelled: int = 0


def labelled_limits(desk: Desk, found: LabelledCard, aside: Aside, number: int) -> list[Block]:
    """Return the section under its number."""
    heading = line(
        "{z}、怎么判定，不能说什么",
        "{z}. How it is judged, and what it cannot say",
        z=Bilingual("三" if number == 3 else "六", str(number)),
    )
    items = [*_order(found), *leak_lines(desk), *_columns(aside), repeats_line(desk)]
    items.append(
        words(
            "没有更晚的日期可以检验：市场、产品或录入方式变了，这里的概率就可能不再成立。",
            "There are no later days to try it on: when market, product or data entry change, these probabilities may no "
            "longer hold.",
        )
    )
    return [
        Heading(heading, anchor="limits"),
        Paragraph(order_of_test()),
        Items(tuple(items)),
    ]


def _order(found: LabelledCard) -> list[Line]:
    if not any(leak.leak is Leak.ROW_ORDER for leak in found.card.leaks):
        return []
    return [
        words(
            "**先查这个**：行的次序透露了标签；若哪一列随次序编号，就把它写进 `leave_out`。",
            "**Look at this first**: the order of the rows gives the label away; if a column is numbered in that order, "
            "name it in `leave_out`.",
        )
    ]


def _columns(aside: Aside) -> list[Line]:
    told = []
    if aside.keys:
        told.append(
            line(
                "**请确认**：{n} 每个值都不同，若只是客户的编号，就写进 `leave_out`。",
                "**Please check**: no value of {n} comes twice; if it only numbers the accounts, name it in `leave_out`.",
                n=_names(aside.keys),
            )
        )
    if aside.left_out:
        told.append(
            line(
                "按声明没有参与的列：{n}。", "Left out as declared: {n}.", n=_names(aside.left_out)
            )
        )
    if aside.unread:
        told.append(
            line(
                "没有参与的列，其中没有哪个文本出现 30 次以上：{n}。",
                "Left out, since no text in it comes 30 times: {n}.",
                n=_names(aside.unread),
            )
        )
    if aside.unlabelled:
        told.append(
            line(
                "{u} 行没有标签，没有参与。",
                "{u} rows carry no label and took no part.",
                u=same(f"{aside.unlabelled:,}"),
            )
        )
    return told


def _names(names: tuple[str, ...]) -> Join:
    return Join(tuple(Data(n) for n in names))
