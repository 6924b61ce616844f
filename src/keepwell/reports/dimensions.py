"""Words for the dimensions of scorecards."""

from keepwell.reports.terms import clean
from keepwell.vocabulary import Bilingual

DIMENSIONS = {
    "activity": Bilingual("活跃度", "activity"),
    "contact_quality": Bilingual("联系人质量", "contact quality"),
    "business_value": Bilingual("商业价值", "business value"),
    "company_scale": Bilingual("客户规模", "company scale"),
    "adoption": Bilingual("产品使用", "adoption"),
    "usage": Bilingual("产品使用", "usage"),
    "support": Bilingual("支持", "support"),
    "engagement": Bilingual("参与度", "engagement"),
    "relationship": Bilingual("关系", "relationship"),
    "sentiment": Bilingual("口碑", "sentiment"),
}


def dimension_word(name: str) -> Bilingual:
    """Return the words for a dimension; a user's own name with blanks for underscores."""
    spaced = clean(name.replace("_", " ")).text
    return DIMENSIONS.get(name) or Bilingual(spaced, spaced)
