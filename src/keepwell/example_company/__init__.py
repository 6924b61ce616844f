"""The example company: a seed becomes the exports of a believable B2B vendor, with known truth.

A latent health process causes activity, usage, tickets, contacts and churn; some patterns and
some dirt are planted and listed. It knows nothing of measures or scores: it is what they meet.
"""

from keepwell.example_company.company import AS_OF, Company, ExportTable, build_company
from keepwell.example_company.days import CompanyDays, DeliveredDay
from keepwell.example_company.dirt import PLANTED_DIRT, PlantedDirt
from keepwell.example_company.faults import FAULT_KINDS, DayFault
from keepwell.example_company.plan import PLANTED_PATTERNS, PlantedPattern

__all__ = [
    "AS_OF",
    "FAULT_KINDS",
    "PLANTED_DIRT",
    "PLANTED_PATTERNS",
    "Company",
    "CompanyDays",
    "DayFault",
    "DeliveredDay",
    "ExportTable",
    "PlantedDirt",
    "PlantedPattern",
    "build_company",
]
