"""Words of the studio of the segment map."""

from keepwell.vocabulary import Bilingual as Both

SEGMENTS = {
    "segments.map": Both("分群图", "Segment map"),
    "segments.cells": Both("125 种组合", "The 125 combinations"),
    "segments.how": Both("R 为近度，F 为频度，M 为金额，5 分最好；格内数字是下表的分群，底色越重越投入。勾选格子，再选归入哪个分群。",
                         "R is recency, F frequency, M money; 5 is best. Numbers are the segments of the list below; the stronger the shade, the more engaged. Tick combinations, then choose the segment to give them to."),
    "segments.recency": Both("R{r}", "R{r}"),
    "segments.give_to": Both("归入哪个分群", "The segment to give them to"),
    "segments.shares": Both("各分群", "Segments"),
    "segments.segment": Both("分群", "Segment"),
    "segments.of_125": Both("组合数", "Of 125"),
    "segments.accounts": Both("客户数", "Accounts"),
    "segments.was_is": Both("原为{was}，将为{now}", "was {was}, becomes {now}"),
    "segments.text_help": Both("按顺序取第一个成立的规则；可以增删分群、改名称。清空并发布则恢复内置的图。",
                               "The first rule that holds is taken. Add, take away and rename segments here. Published empty, the shipped map is back."),
    "segments.choose": Both("请选择这些组合归入哪个分群。", "Choose the segment that these combinations go to."),
    "segments.emptied": Both("{names}将不剩任何组合：请留一个，或在 YAML 中删去这个分群。",
                             "No combination would be left for {names}: leave it one, or take the segment out in the YAML."),
    "segments.whole": Both("完整：125 种组合都归入 {n} 个分群之一，没有空的分群。",
                           "Whole: each of the 125 combinations has one of {n} segments, and none is empty."),
    "segments.differ": Both("{n} 种与生效中的不同。", "{n} differ from the map in use."),
    "segments.lead": Both("{moved} 家客户会改变分群，涉及 {amount}。", "{moved} accounts change segment, {amount} with them."),
    "segments.lead_none": Both("没有客户落在改动的组合里。", "No account lies in a combination that changes."),
    "segments.flows": Both("谁去了哪里", "Who goes where"),
    "segments.from_to": Both("现在 → 以后", "Now → then"),
    "segments.changed_cells": Both("{n} 种组合", "Combinations: {n}"),
    "segments.movers": Both("会改变分群的客户", "Accounts that change segment"),
}  # fmt: skip
