"""Many random companies as one portfolio: each an industry of its own, and beside the traps."""

from keepwell.scoring import CardUse
from keepwell.vocabulary import TABLES
from measures.random_tables import AS_OF_DATES, Maker, Tables, merged
from parity import traps
from parity.world import World

COMPANIES = 52
# Who is the owner of all that was drawn, so that a scorecard may be for them.
DRAWN = "drawn"


def makers(number: int, companies: int) -> list[Maker]:
    """Return companies of one as-of date; those of another number are others."""
    seeds = (1000 * (number + 1) + number + len(AS_OF_DATES) * i for i in range(companies))
    found = [Maker(seed - seed % len(AS_OF_DATES) + number) for seed in seeds]
    assert len({m.as_of for m in found}) == 1
    assert len({m.accounts[0] for m in found}) == companies
    return found


def as_industries(tables: Tables) -> Tables:
    """Let each company be an industry of its own: what is told by industry, each has for itself."""
    for account in tables["accounts"]:
        account["industry"] = account["account_id"].partition("-")[0]
        account["owner_id"] = DRAWN
    return tables


def beside_companies(world: World, uses: tuple[CardUse, ...]) -> World:
    """Return the world of traps with random companies beside its accounts, scored by `uses`.

    Every row of the traps stays; what they leave empty stays empty, but for transactions.
    """
    drawn = makers(0, COMPANIES)
    assert drawn[0].as_of == world.as_of == traps.AS_OF
    more = as_industries(merged(drawn))
    kept = [name for name in TABLES if name != "account_view"]
    tables = {name: [*world.tables.get(name, []), *more[name]] for name in kept}
    purchases = {f"transactions.{c.name}" for c in TABLES["transactions"].columns}
    return World(tables, world.mapped | purchases, world.as_of, uses, world.overrides)
