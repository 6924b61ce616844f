"""How tiers and sizes are called in both languages, wherever a person reads them."""

from keepwell.vocabulary.language import Bilingual

TIER_LABELS: dict[str, Bilingual] = {
    "high": Bilingual("高健康", "high"),
    "medium": Bilingual("中健康", "medium"),
    "low": Bilingual("低健康", "low"),
    "unknown": Bilingual("分段未知", "unknown tier"),
}
SIZE_LABELS: dict[str, Bilingual] = {
    "Enterprise": Bilingual("集团级", "Enterprise"),
    "Large": Bilingual("大型", "Large"),
    "Mid-Market": Bilingual("中型", "Mid-Market"),
    "Small Business": Bilingual("小型", "Small Business"),
    "unknown": Bilingual("规模未知", "unknown size"),
}
