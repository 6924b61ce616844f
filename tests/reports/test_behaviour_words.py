"""A score of money and size alone is doubted wherever the report sends people by it."""

from keepwell.reports import Document
from keepwell.reports.page import Heading, lines_of
from reports.altered import report_on, summary_of
from reports.portfolio import CARD

WARNING = "The score holds no behaviour"
WORTH = CARD.model_copy(update={"dimensions": CARD.dimensions[2:]})


def sections_that_warn(document: Document) -> list[str]:
    found, section = [], ""
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 2:
            section = block.anchor
        if any(line.plain("en").startswith(WARNING) for line in lines_of(block)):
            found.append(section)
    return found


def test_strategies_and_staffing_repeat_that_the_score_holds_no_behaviour() -> None:
    document = report_on({}, has_library=True, cards=(WORTH,))
    assert sections_that_warn(document) == ["summary", "strategy", "staffing"]
    assert summary_of(document)[0].startswith(WARNING)


def test_a_score_with_behaviour_is_not_warned_of() -> None:
    assert sections_that_warn(report_on({}, has_library=True)) == []
