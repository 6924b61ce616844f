"""Accounts that repeat each other: groups whose equal profiles or event sequences are no chance.

Deterministic: fixed hashes, no order of rows matters. Time grows with rows, not with pairs: only
accounts that share a key of several columns (or a band of a sketch) are ever compared.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.frame import Floats, Ints, Texts

Column = NDArray[Any]
LEAST_EQUAL = 0.8
SURPRISE_BITS = 7.0
FEWEST_COLUMNS = 3
TABLES = 16
FIGURES = 3
SKETCH, BAND = 64, 4
LEAST_SHARED = 0.8
FEWEST_EVENTS = 5
FEWEST_COMMON, COMMON_SHARE, COMMON_BITS = 3, 0.1, 6.0
_MIX = np.uint64(0x9E3779B97F4A7C15)


def groups_by_profile(columns: Mapping[str, Column]) -> Ints:
    """Return the group of each account, numbered in row order; one that repeats nobody is alone.

    Shape:   one row per account, features or fields as of one day.
    Method:  numbers are taken to three figures; accounts that agree in a drawn part of the
             columns are compared: at least 80 % of the columns that both fill are equal, and to
             agree so by chance is rarer than once in two hundred companies of this size (bits
             of surprise: -log2 of how common each shared value is, against the number of pairs).
    Missing: empty cells agree with nothing; below three columns everybody is alone.
    """
    names = sorted(columns)
    rows = len(columns[names[0]]) if names else 0
    if len(names) < FEWEST_COLUMNS or rows < 2:
        return np.arange(rows, dtype=np.int64)
    coded = np.column_stack([_codes(columns[name]) for name in names])
    bits = np.column_stack([_surprise(coded[:, at]) for at in range(len(names))])
    pairs = [_alike(coded, bits, keys, order) for keys, order in _tables(coded, bits)]
    return _joined(np.concatenate(pairs, axis=1), rows)


def groups_by_events(account: Texts, day: Column, kind: Texts, accounts: Texts) -> Ints:
    """Return the group of each of `accounts` by its events; sequences that repeat are together.

    Shape:   one row per event; `day` is a date, or a moment where the source tells one.
    Missing: as `groups_by_tokens`.
    """
    place = np.searchsorted(np.sort(accounts), account)
    _, kinds = np.unique(kind, return_inverse=True)
    who = np.argsort(accounts, kind="stable")[place]
    return groups_by_tokens(who, event_tokens(day, kinds), len(accounts))


def event_tokens(day: Column, kind: Ints) -> NDArray[np.uint64]:
    """Return one number for each moment and kind."""
    moment = day.astype("datetime64[us]").astype(np.int64)
    return _hashed(_hashed(moment.astype(np.uint64)) ^ kind.astype(np.uint64))


def groups_by_tokens(who: Ints, token: NDArray[np.uint64], accounts: int) -> Ints:
    """Return the group of each account, 0 to `accounts` - 1, by the set of its tokens.

    Method:  a token that a tenth of the accounts has tells nothing and is left out, such as a day
             on which everybody was written to. Sketches of 64 minima find pairs that share at
             least 80 % of the others. Source: A. Broder, SEQUENCES (1997) 21-29.
    Missing: an account with fewer than five telling tokens is alone.
    """
    alone = np.arange(accounts, dtype=np.int64)
    who, token = _distinct(who, token)
    _, same, counts = np.unique(token, return_inverse=True, return_counts=True)
    holders = counts[same]
    is_telling = holders <= max(FEWEST_COMMON, COMMON_SHARE * accounts)
    sizes = np.bincount(who[is_telling], minlength=accounts)
    shared = np.bincount(who[is_telling & (holders > 1)], minlength=accounts)
    # Who shares too few of its tokens with anybody repeats nobody, and needs no sketch.
    wanted = (sizes >= FEWEST_EVENTS) & (shared >= LEAST_SHARED * sizes)
    kept = is_telling & wanted[who]
    who, token = who[kept], token[kept]
    if not len(who):
        return alone
    starts = np.flatnonzero(np.append(True, who[1:] != who[:-1])[: len(who)])
    return _joined(who[starts][_shared(_sketches(token, starts))], accounts)


def joined_clusters(one: Ints, other: Ints) -> Ints:
    """Return groups in which rows are together where either grouping puts them together."""
    rows = np.arange(len(one))
    firsts = [rows[np.unique(g, return_index=True)[1]][_dense(g)] for g in (one, other)]
    pairs = np.concatenate([np.stack([rows, first]) for first in firsts], axis=1)
    return _joined(pairs, len(one))


def _dense(group: Ints) -> Ints:
    return np.asarray(np.unique(group, return_inverse=True)[1], dtype=np.int64)


def _codes(column: Column) -> Ints:
    """Return equal numbers for values that count as equal; -1 for an empty cell."""
    empty, values = _cells(column)
    codes = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return np.where(empty, -1, codes)


def _cells(column: Column) -> tuple[NDArray[np.bool_], Column]:
    if column.dtype.kind == "M":
        return np.isnat(column), column.astype("datetime64[D]").astype(np.int64)
    if column.dtype.kind in "USO":
        return column.astype(np.str_) == "", column.astype(np.str_)
    number = np.asarray(column, dtype=np.float64)
    return np.isnan(number), _figures(number)


def _figures(number: Floats) -> Floats:
    """Return numbers to three figures, so that a rounding apart is no difference."""
    size = np.abs(np.where(np.isfinite(number) & (number != 0), number, 1.0))
    unit = 10.0 ** (np.floor(np.log10(size)) - FIGURES + 1)
    return np.where(np.isfinite(number), np.round(number / unit) * unit, 0.0)


def _surprise(codes: Ints) -> Floats:
    """Return how many bits it tells that another account has this value; 0 for an empty cell."""
    share = np.bincount(codes + 1).astype(np.float64)[codes + 1] / len(codes)
    return np.where(codes < 0, 0.0, -np.log2(share))


def _told(bits: Floats, least: float) -> Floats:
    """Return what equal values tell together; those that a tenth of the accounts has tell little.

    Idle accounts share all their zeros, so that one more of them is no news.
    """
    is_common = bits < least
    rare, common = (np.where(c, bits, 0.0).sum(axis=1) for c in (~is_common, is_common))
    return np.asarray(rare + np.minimum(common, COMMON_BITS), np.float64)


def _tables(coded: Ints, bits: Floats) -> Sequence[tuple[NDArray[np.uint64], Ints]]:
    """Return keys over drawn parts of the columns, with the rows sorted by them."""
    columns = coded.shape[1]
    chance = np.random.default_rng(7)
    telling = bits.mean(axis=0) + 1e-9
    size = max(2, min(columns, columns // 3 + 1))
    found = []
    for table in range(TABLES + 1):
        drawn = chance.choice(columns, size, replace=False, p=telling / telling.sum())
        part = np.arange(columns) if table == TABLES else np.sort(drawn)
        key = np.zeros(len(coded), dtype=np.uint64)
        for at in part:
            key = _hashed(key ^ (coded[:, at] + 2).astype(np.uint64))
        found.append((key, np.argsort(key, kind="stable")))
    return found


def _alike(coded: Ints, bits: Floats, keys: NDArray[np.uint64], order: Ints) -> Ints:
    """Return pairs that repeat each other: neighbours, and each with the first of its bucket."""
    key = keys[order]
    same = key[1:] == key[:-1]
    starts = np.maximum.accumulate(np.where(np.append(True, ~same), np.arange(len(key)), 0))
    chained = np.stack([order[:-1][same], order[1:][same]])
    starred = np.stack([order[starts][1:][same], order[1:][same]])
    one, other = np.concatenate([chained, starred], axis=1)
    equal = (coded[one] == coded[other]) & (coded[one] >= 0)
    both = (coded[one] >= 0) & (coded[other] >= 0)
    least = -np.log2(max(COMMON_SHARE, FEWEST_COMMON / len(coded)))
    surprise = _told(np.minimum(bits[one], bits[other]) * equal, least)
    enough = 2 * np.log2(len(coded)) + SURPRISE_BITS
    kept = (
        (both.sum(axis=1) >= FEWEST_COLUMNS)
        & (equal.sum(axis=1) >= LEAST_EQUAL * both.sum(axis=1))
        & (surprise >= enough)
    )
    return np.stack([one[kept], other[kept]])


def _distinct(who: Ints, token: NDArray[np.uint64]) -> tuple[Ints, NDArray[np.uint64]]:
    order = np.lexsort((token, who))
    who, token = who[order], token[order]
    is_new = np.append(True, (who[1:] != who[:-1]) | (token[1:] != token[:-1]))[: len(who)]
    return who[is_new], token[is_new]


def _sketches(token: NDArray[np.uint64], starts: Ints) -> NDArray[np.uint64]:
    minima = []
    for number in range(SKETCH):
        seed = _hashed(np.full(1, number + 1, dtype=np.uint64))
        minima.append(np.minimum.reduceat(_hashed(token ^ seed), starts))
    return np.column_stack(minima)


def _shared(sketch: NDArray[np.uint64]) -> Ints:
    """Return pairs of sketches that agree in at least 80 % of their minima."""
    pairs = []
    for at in range(0, SKETCH, BAND):
        key = np.zeros(len(sketch), dtype=np.uint64)
        for column in range(at, at + BAND):
            key = _hashed(key ^ sketch[:, column])
        order = np.argsort(key, kind="stable")
        same = key[order][1:] == key[order][:-1]
        starts = np.maximum.accumulate(np.where(np.append(True, ~same), np.arange(len(key)), 0))
        for left in (order[:-1][same], order[starts][1:][same]):
            right = order[1:][same]
            agree = (sketch[left] == sketch[right]).mean(axis=1) >= LEAST_SHARED
            pairs.append(np.stack([left[agree], right[agree]]))
    return np.concatenate(pairs, axis=1)


def _joined(pairs: Ints, rows: int) -> Ints:
    """Return the connected groups of pairs, numbered in the order of their first row."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(pairs.shape[1], dtype=np.int8)
    graph = coo_array((ones, (pairs[0], pairs[1])), shape=(rows, rows))
    label = connected_components(graph, directed=False)[1]
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[place], dtype=np.int64)


def _hashed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return well-mixed 64 bits. Source: G. Steele et al., OOPSLA (2014), SplitMix64."""
    with np.errstate(over="ignore"):
        mixed = value + _MIX
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
