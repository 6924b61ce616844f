"""The constants of the example company: segments, rates and the patterns that are planted."""

from dataclasses import dataclass

MONTHS = 24
FUTURE_MONTHS = 6
DAYS_PER_MONTH = 30
# The month from which struggling accounts lose health.
STRUGGLE_FROM_MONTH = 12

SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")
SIZE_SHARES = (0.06, 0.14, 0.35, 0.45)
SIZES_ZH = ("集团", "大型", "中型", "小型")
EMPLOYEES_LOG_MEAN = (9.6, 7.9, 5.8, 3.6)
REVENUE_PER_EMPLOYEE_LOG_MEAN = 11.6
CONTACTS_MEAN = (28.0, 14.0, 7.0, 3.0)
ACTIVITIES_PER_MONTH = (9.0, 5.5, 3.2, 1.9)
HEALTH_BY_SIZE = (0.4, 0.2, 0.0, -0.25)
MRR_LOG_MEAN = (9.9, 8.6, 7.3, 5.7)

INDUSTRIES = (
    "Technology",
    "Financial Services",
    "Healthcare",
    "Manufacturing",
    "Retail",
    "Education",
    "Logistics",
    "Energy",
)
INDUSTRIES_ZH = ("科技", "金融服务", "医疗健康", "制造", "零售", "教育", "物流", "能源")
INDUSTRY_SHARES = (0.22, 0.17, 0.14, 0.14, 0.13, 0.08, 0.07, 0.05)
REGIONS = ("Americas", "EMEA", "APAC")
REGIONS_ZH = ("华东", "华南", "华北")
FEATURES = ("login", "dashboard", "report", "export", "api_call", "help_center")
ACTIVITY_TYPES = ("Call", "Email", "Meeting", "Webinar", "Support Case")
ACTIVITY_CHANNELS = ("sales", "marketing", "success", "marketing", "support")
ROLES = ("Economic Buyer", "Champion", "Administrator", "User")
ROLE_SHARES = (0.12, 0.13, 0.2, 0.55)

HOT_INDUSTRY = INDUSTRIES.index("Retail")
HOT_SIZE = SIZES.index("Mid-Market")


@dataclass(frozen=True, slots=True)
class PlantedPattern:
    """A truth that was put into the data on purpose, so that finding it can be tested."""

    name: str
    where: str
    effect: str


PLANTED_PATTERNS = (
    PlantedPattern("hot_spot", "Retail x Mid-Market", "latent health lower by 1.6"),
    PlantedPattern("champion_left", "1.5 % of accounts a month", "latent health falls by 1.6"),
    PlantedPattern("silent_giant", "every 12th Enterprise", "no activity for 60 to 120 days"),
    PlantedPattern("burst_use", "3 % of accounts", "all activity in two weeks of a quarter"),
    PlantedPattern("struggle", "3 % of accounts", "more contacts with support, falling health"),
    PlantedPattern(
        "valued_struggle",
        "every 8th Enterprise or Large",
        "struggle, and latent health lower by 1.6",
    ),
    PlantedPattern("upgrade", "4 % of Small Business", "usage grows by 8 % a month"),
)
