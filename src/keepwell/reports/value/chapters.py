"""The value chapters in order: as a report of their own, or as one section of the whole report."""

from keepwell.playbooks import Library, ValueStrategies
from keepwell.reports.desk import Desk
from keepwell.reports.page import Block, Heading, Paragraph
from keepwell.reports.text import Line, words
from keepwell.reports.value import figures
from keepwell.reports.value.lifetime import lifetime
from keepwell.reports.value.lists import selling, struggle
from keepwell.reports.value.method import value_method
from keepwell.reports.value.quiet import quiet_accounts
from keepwell.reports.value.root_cause import root_cause
from keepwell.reports.value.strategies import strategies
from keepwell.reports.value.summary import value_summary
from keepwell.reports.value.verdict import contradiction


def value_chapters(
    desk: Desk, library: Library | None, given: ValueStrategies | None
) -> list[Block]:
    """Return the sections of the value report."""
    if not figures.has_value(desk):
        return [Paragraph(_no_model())]
    blocks = value_summary(desk, words("一、摘要", "1. Summary"), 2)
    blocks += value_method(desk, words("二、方法与数据缺口", "2. Method and data gaps"), 2)
    blocks += contradiction(desk, words("三、矛盾在哪里", "3. The contradiction"), 2)
    blocks += root_cause(desk, words("四、逐项拆解", "4. Root cause"), 2)
    blocks += lifetime(desk, words("五、生命周期价值", "5. Lifetime value"), 2)
    blocks += struggle(desk, words("六、挣扎客户", "6. Struggling accounts"), 2)
    blocks += quiet_accounts(desk, words("沉寂的高价值客户", "High-value accounts gone quiet"), 3)
    blocks += selling(desk, words("七、升级与扩展候选", "7. Upgrade and expansion"), 2)
    if library is not None and given is not None:
        roles = dict(library.roles)
        title = words("八、三套策略与 KPI", "8. Three strategies and their KPIs")
        blocks += strategies(desk, given, roles, title, 2)
    return blocks


def value_section(
    desk: Desk, library: Library | None, given: ValueStrategies | None
) -> list[Block]:
    """Return the same as one section of the whole report; nothing for a snapshot without it."""
    if not figures.has_value(desk):
        return []
    blocks: list[Block] = [
        Heading(words("十、价值与参与度", "10. Value and engagement"), anchor="value")
    ]
    blocks += value_summary(desk, words("价值摘要", "Value in short"), 3)
    blocks += value_method(desk, words("价值模型依据什么", "What the value model rests on"), 3)
    blocks += contradiction(desk, words("矛盾在哪里", "The contradiction"), 3)
    blocks += root_cause(desk, words("逐项拆解", "Root cause"), 3)
    blocks += lifetime(desk, words("生命周期价值", "Lifetime value"), 3, is_short=True)
    blocks += struggle(desk, words("挣扎客户", "Struggling accounts"), 3)
    blocks += quiet_accounts(desk, words("沉寂的高价值客户", "High-value accounts gone quiet"), 4)
    blocks += selling(desk, words("升级与扩展候选", "Upgrade and expansion"), 3)
    if library is not None and given is not None:
        title = words("三套策略与 KPI", "Three strategies and their KPIs")
        blocks += strategies(desk, given, dict(library.roles), title, 3)
    return blocks


def _no_model() -> Line:
    return words(
        "这个快照没有价值模型：它早于这项功能。运行 `keepwell run` 之后再写。",
        "This snapshot holds no value model: it is older than the feature. Write it again after `keepwell run`.",
    )
