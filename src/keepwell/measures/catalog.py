"""The catalogue of measures, by name, in the order of every wide table and reference page."""

from keepwell.measures.catalog_engagement import ENGAGEMENT
from keepwell.measures.catalog_given import GIVEN
from keepwell.measures.catalog_product import PRODUCT
from keepwell.measures.catalog_size import SIZE
from keepwell.measures.catalog_value import VALUE
from keepwell.vocabulary import Measure

CATALOG: dict[str, Measure] = {m.name: m for m in (*ENGAGEMENT, *VALUE, *SIZE, *PRODUCT, *GIVEN)}
