"""Look up source names in the presets: which canonical column a header stands for."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from keepwell.intake.presets_chinese import CHINESE
from keepwell.intake.presets_generic import GENERIC
from keepwell.intake.presets_ids import id_names
from keepwell.intake.presets_names import HUBSPOT, SALESFORCE, VIEW, Names
from keepwell.vocabulary import TABLES, Bilingual

SALESFORCE_API = "salesforce"
SALESFORCE_FIVETRAN = "salesforce-fivetran"
HUBSPOT_PRESET = "hubspot"
CHINESE_PRESET = "chinese"
VIEW_PRESET = "account-view"
NO_PRESET = "generic"

PRESETS: dict[str, Names] = {
    SALESFORCE_API: SALESFORCE,
    SALESFORCE_FIVETRAN: SALESFORCE,
    HUBSPOT_PRESET: HUBSPOT,
    CHINESE_PRESET: CHINESE,
    VIEW_PRESET: VIEW,
    NO_PRESET: GENERIC,
}

PRESET_WORDS: dict[str, Bilingual] = {
    SALESFORCE_API: Bilingual(zh="Salesforce", en="Salesforce"),
    SALESFORCE_FIVETRAN: Bilingual(
        zh="Salesforce（Fivetran 列名）", en="Salesforce (Fivetran names)"
    ),
    HUBSPOT_PRESET: Bilingual(zh="HubSpot", en="HubSpot"),
    CHINESE_PRESET: Bilingual(zh="中文表头", en="Chinese headers"),
    VIEW_PRESET: Bilingual(zh="客户视图", en="account view"),
    NO_PRESET: Bilingual(zh="通用", en="generic"),
}

_SCALES = {
    "万元": 1e4,
    "万": 1e4,
    "亿元": 1e8,
    "亿": 1e8,
    "千元": 1e3,
    "百万元": 1e6,
    "百万": 1e6,
    "k": 1e3,
    "kusd": 1e3,
    "thousand": 1e3,
    "thousands": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "musd": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "billion": 1e9,
    "billions": 1e9,
}
_CURRENCIES = {"usd", "eur", "gbp", "cny", "rmb", "jpy", "hkd", "元", "人民币", "美元"}
_BRACKET = re.compile(r"\s*[(\[【](?P<unit>[^()\[\]【】]*)[)\]】]\s*$")
_SUFFIX = re.compile(
    r"_(?P<unit>in_millions?|in_thousands?|millions?|thousands?|billions?|mn|musd|kusd"
    r"|usd|eur|gbp|cny|rmb)$",
    re.IGNORECASE,
)
_BARE = ("id", "account")
_NOISE = re.compile(r"[\s_\-./?:#]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A source column name taken apart: comparable key, and scale or percent told by the name."""

    name: str
    key: str
    scale: float | None = None
    is_percent: bool = False


def name_key(name: str) -> str:
    """Return the name as it is compared: half-width, lower case, no blanks or separators.

    >>> name_key("Number of Employees") == name_key("number_of_employees")
    True
    >>> name_key("客户 编号")
    '客户编号'
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())


def read_header(name: str) -> Header:
    """Return the parts of a source column name.

    >>> read_header("年营收（万元）").scale
    10000.0
    >>> read_header("win_rate_percentage").is_percent
    True
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    # Salesforce marks a company's own fields by this ending; it says nothing of their meaning.
    plain = re.sub(r"(?<=.)__c\Z", "", plain, flags=re.IGNORECASE)
    plain = plain.removeprefix("property_")
    found = _BRACKET.search(plain) or _SUFFIX.search(plain)
    unit = ""
    if found and found.start() > 0:
        unit = found["unit"].casefold().removeprefix("in_").strip()
        if unit in _SCALES or unit in _CURRENCIES or _BRACKET.search(plain):
            plain = plain[: found.start()]
    key = name_key(plain)
    is_percent = "%" in name or bool(re.search(r"(percent|pct|百分比)", key))
    return Header(name, key, _SCALES.get(_without_currency(unit)), is_percent)


def _without_currency(unit: str) -> str:
    for currency in ("人民币", "美元", "usd ", "eur ", "cny ", "rmb "):
        unit = unit.replace(currency, "")
    return unit.strip()


@lru_cache(maxsize=256)
def names_of(preset: str, table: str, column: str) -> tuple[str, ...]:
    """Return the comparable names that stand for a canonical column, preferred first."""
    names = PRESETS[preset].get(table, {}).get(column, "").split()
    if preset == NO_PRESET:
        at = next((i for i, n in enumerate(names) if n in _BARE), len(names))
        names[at:at] = id_names(column)
    return tuple(dict.fromkeys(name_key(n) for n in names))


def detect_preset(columns: tuple[str, ...]) -> str:
    """Return the preset whose style the column names follow."""
    keys = {name_key(c) for c in columns}
    if any("\u4e00" <= ch <= "\u9fff" for c in columns for ch in c):
        return CHINESE_PRESET
    if _is_fivetran_salesforce(columns, keys):
        return SALESFORCE_FIVETRAN
    if _is_salesforce_api(columns, keys):
        return SALESFORCE_API
    if _is_hubspot(columns, keys):
        return HUBSPOT_PRESET
    if "accountid" in keys and keys & _view_keys():
        return VIEW_PRESET
    return NO_PRESET


def _is_fivetran_salesforce(columns: tuple[str, ...], keys: set[str]) -> bool:
    marks = {"ownerid", "systemmodstamp", "masterrecordid", "stagename", "whoid", "whatid"}
    has_sync = any(c.startswith("_fivetran") for c in columns)
    is_hubspot = any(c.startswith(("property_", "hs_")) for c in columns)
    return has_sync and "id" in columns and not is_hubspot and bool(keys & marks)


def _is_salesforce_api(columns: tuple[str, ...], keys: set[str]) -> bool:
    marks = {"ownerid", "createddate", "systemmodstamp", "isdeleted", "lastmodifieddate"}
    marks |= {"stagename", "accountid", "whoid", "whatid", "numberofemployees", "annualrevenue"}
    has_camel = any(re.search(r"[a-z][A-Z]", c) and "_" not in c for c in columns)
    return "Id" in columns and has_camel and bool(keys & marks)


def _is_hubspot(columns: tuple[str, ...], keys: set[str]) -> bool:
    sure = {"recordid", "hsobjectid", "hubspotownerid", "associatedcompanyids", "hstimestamp"}
    api = {"dealstage", "closedate", "createdate", "dealname", "numberofemployees", "annualrevenue"}
    written = {c.removeprefix("property_") for c in columns}
    return bool(keys & sure) or len(written & api) >= 2


def _view_keys() -> set[str]:
    shared = {c.name for c in TABLES["accounts"].columns}
    own = {name_key(c.name) for c in TABLES["account_view"].columns if c.name not in shared}
    return own | {"winratepercentage", "avgsalescycledays"}
