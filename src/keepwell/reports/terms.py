"""Words for values of categories: tiers, sizes, industries, roles. Unknown values stay data."""

from keepwell.reports.text import Data
from keepwell.vocabulary import SIZE_LABELS, TIER_LABELS, Bilingual

SIZE_ORDER = tuple(SIZE_LABELS)
INDUSTRIES = {
    "Technology": Bilingual("科技", "Technology"),
    "Financial Services": Bilingual("金融服务", "Financial Services"),
    "Finance": Bilingual("金融", "Finance"),
    "Banking": Bilingual("银行", "Banking"),
    "Insurance": Bilingual("保险", "Insurance"),
    "Healthcare": Bilingual("医疗健康", "Healthcare"),
    "Medical": Bilingual("医疗", "Medical"),
    "Manufacturing": Bilingual("制造", "Manufacturing"),
    "Retail": Bilingual("零售", "Retail"),
    "Education": Bilingual("教育", "Education"),
    "Energy": Bilingual("能源", "Energy"),
    "Telecommunications": Bilingual("电信", "Telecommunications"),
    "Media": Bilingual("传媒", "Media"),
    "Entertainment": Bilingual("娱乐", "Entertainment"),
    "Marketing": Bilingual("营销", "Marketing"),
    "Services": Bilingual("服务", "Services"),
    "Professional Services": Bilingual("专业服务", "Professional Services"),
    "Government": Bilingual("政府", "Government"),
    "Logistics": Bilingual("物流", "Logistics"),
    "Transportation": Bilingual("交通运输", "Transportation"),
    "Real Estate": Bilingual("房地产", "Real Estate"),
    "Construction": Bilingual("建筑", "Construction"),
    "Hospitality": Bilingual("酒店餐饮", "Hospitality"),
    "Agriculture": Bilingual("农业", "Agriculture"),
    "Software": Bilingual("软件", "Software"),
    "Consumer Goods": Bilingual("消费品", "Consumer Goods"),
    "Employment": Bilingual("人力资源", "Employment"),
    "EdTech": Bilingual("教育科技", "EdTech"),
    "FinTech": Bilingual("金融科技", "FinTech"),
    "HealthTech": Bilingual("健康科技", "HealthTech"),
    "DevTools": Bilingual("开发工具", "DevTools"),
    "Cybersecurity": Bilingual("网络安全", "Cybersecurity"),
    "Other": Bilingual("其他", "Other"),
}
BY_FOLDED_INDUSTRY = {name.casefold(): word for name, word in INDUSTRIES.items()}
TABLES = {
    "accounts": "客户",
    "account_view": "客户宽表",
    "contacts": "联系人",
    "activities": "活动",
    "opportunities": "商机",
    "subscriptions": "订阅",
    "surveys": "调研",
    "tickets": "工单",
    "transactions": "交易",
    "usage": "使用",
    "measures": "指标",
}
NO_INDUSTRY = Bilingual("行业未知", "unknown industry")
NO_SIZE = SIZE_LABELS["unknown"]
TIMES = Bilingual(" × ", " x ")
LONGEST = 60


def tier_word(tier: str) -> Bilingual | Data:
    """Return the words for a tier; a name of the user's own stays as it is."""
    return TIER_LABELS.get(tier) or clean(tier)


def opening(word: Bilingual | Data) -> Bilingual | Data:
    """Return a word as it opens an English sentence; the user's own names stay as they are."""
    if isinstance(word, Data):
        return word
    return Bilingual(word.zh, word.en[:1].upper() + word.en[1:])


def table_word(table: str) -> Bilingual | Data:
    """Return a table's name, in Chinese with its Chinese name before it."""
    known = TABLES.get(table)
    return Bilingual(f"{known} {table}", table) if known else clean(table)


def size_word(size: str | None) -> Bilingual | Data:
    """Return the words for a size."""
    return NO_SIZE if size is None else SIZE_LABELS.get(size) or clean(size)


def industry_word(industry: str | None) -> Bilingual | Data:
    """Return the words for an industry."""
    if industry is None or industry == "unknown":
        return NO_INDUSTRY
    if industry in INDUSTRIES:
        return INDUSTRIES[industry]
    known = BY_FOLDED_INDUSTRY.get(industry.strip().casefold())
    return Bilingual(known.zh, clean(industry).text) if known else clean(industry)


def clean(text: str) -> Data:
    """Return a data value on one line, without control characters, at most 60 long.

    >>> clean("A\\nB").text
    'A B'
    """
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    short = flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
    return Data(short or "—")


def size_place(size: str | None) -> tuple[int, str]:
    """Return the sort key of a size: the known ones large to small, then others, unknown last."""
    if size is None:
        return (99, "")
    return (SIZE_ORDER.index(size) if size in SIZE_ORDER else 50, size)
