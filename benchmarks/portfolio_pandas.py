"""Contribution, rank and tier, written by hand for pandas on NumPy's whole numbers of 64 bits."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import portfolio_terms as terms
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Whole = np.ndarray[Any, np.dtype[np.int64]]
LONGEST = 240
PRICES = np.array(
    [terms.price_of(one, months) for one in ("CNY", "USD") for months in range(LONGEST + 1)]
)
UNKNOWN = np.int64(-1)


def answer(folder: Path, out: Path) -> None:
    """Write each customer's contribution, percentile and tier."""
    people = pq.read_table(folder / "customers.parquet", columns=["customer_id", "kind", "since"])
    customers = pd.DataFrame({"customer_id": people.column("customer_id").to_pandas()})
    customers["kind"] = people.column("kind").to_pandas().astype("category")
    customers["since"] = _numbers(people.column("since"), absent=terms.LATEST + 1)
    held = _held(folder, pd.Index(customers["customer_id"]))
    priced = _priced(folder, held)
    pq.write_table(_tiers(_worth(customers, held, priced)), out)


def _numbers(days: Any, absent: int) -> Whole:
    """Months' numbers."""
    number = pc.add(pc.multiply(pc.year(days), 12), pc.month(days))
    return np.asarray(pc.fill_null(number, absent))


def _whole(column: Any, units: int, absent: int = 0) -> Whole:
    """A decimal column in units; as a float it is exact to the sixteenth digit."""
    amounts = np.asarray(pc.fill_null(pc.cast(column, "float64"), absent / units))
    return np.rint(amounts * units).astype(np.int64)


def _held(folder: Path, ids: pd.Index[str]) -> pd.DataFrame:
    """Each customer's part in an account, with the account's terms."""
    products = pq.read_table(
        folder / "products.parquet", columns=["product_id", "family", "day_count"]
    ).to_pylist()
    listed = pd.DataFrame(terms.terms_of([tuple(one.values()) for one in products]))
    listed = listed.fillna({"credit_rate": UNKNOWN, "debit_rate": UNKNOWN, "probability": UNKNOWN})
    rows = pq.read_table(folder / "accounts.parquet")
    rows = rows.filter(pc.less_equal(rows.column("opened"), terms.AS_OF))
    accounts = pd.DataFrame({"account_id": rows.column("account_id").to_pandas()})
    for name in ("product_id", "currency"):
        accounts[name] = rows.column(name).to_pandas().astype("category")
    accounts["began"] = _numbers(rows.column("opened"), absent=0)
    accounts["repriced_in"] = _numbers(rows.column("repriced"), absent=terms.LATEST + 1)
    accounts["a"] = np.arange(len(accounts))
    accounts = accounts.merge(listed, on=["product_id", "currency"], how="left")
    accounts["later_price"] = accounts["price"]
    for since, name in (("opened", "price"), ("repriced", "later_price")):
        has_price = pc.and_(pc.is_valid(rows.column("maturity")), pc.is_valid(rows.column(since)))
        places = np.flatnonzero(np.asarray(has_price))
        some = rows.take(places)
        index = _months_between(some.column(since), some.column("maturity")).clip(0, LONGEST)
        index += np.asarray(pc.equal(some.column("currency"), "USD")) * (LONGEST + 1)
        prices = accounts[name].to_numpy().copy()
        prices[places] = PRICES[index]
        accounts[name] = prices
    named = pq.read_table(folder / "owners.parquet")
    owners = pd.DataFrame({"account_id": named.column("account_id").to_pandas()})
    owners["c"] = ids.get_indexer(named.column("customer_id").to_pandas())
    owners["id"] = named.column("customer_id").to_pandas()
    owners["share"] = _whole(named.column("share"), 1_000_000, absent=1_000_000)
    held = owners.merge(accounts.drop(columns=["product_id", "currency"]), on="account_id")
    alone = ~held["a"].duplicated(keep=False).to_numpy()
    joint = held.loc[~alone, ["a", "id", "share"]]
    of = joint.groupby("a")["share"].transform("sum")
    leader = joint.groupby("a")["id"].transform("min")
    held["of"], held["seat"] = 1, 0
    held.loc[alone, "share"] = 1
    held.loc[~alone, "of"] = of
    held.loc[~alone, "seat"] = (joint["id"] != leader).astype(np.int64)
    return held.drop(columns=["id", "a"])


def _months_between(since: Any, until: Any) -> Whole:
    months = _numbers(until, absent=0) - _numbers(since, absent=0)
    ends, starts = np.asarray(pc.day(until)), np.asarray(pc.day(since))
    next_day = until.to_numpy() + np.timedelta64(1, "D")
    is_last = next_day.astype("datetime64[M]").astype("datetime64[D]") == next_day
    return months - ((ends < starts) & ~is_last)


def _rounded(over: Whole, under: Any) -> Whole:
    """The quotient, half to even; NumPy rounds quotients down."""
    raised = over + under // 2
    up = raised // under
    return up - ((up * under == raised) & (up % 2 == 1))


def _priced(folder: Path, held: pd.DataFrame) -> pd.DataFrame:
    """Each customer's part of the months: contribution, and what a return on capital needs."""
    rows = pq.read_table(folder / "positions.parquet")
    month = rows.column("month")
    rows = rows.filter(
        pc.and_(pc.greater_equal(month, terms.MONTHS[-1]), pc.less_equal(month, terms.MONTHS[0]))
    )
    months = pd.DataFrame({"account_id": rows.column("account_id").to_pandas()})
    months["row"] = np.arange(len(months))
    joined = months.merge(held, on="account_id")
    row = joined.pop("row").to_numpy()
    of = {name: joined[name].to_numpy() for name in joined.columns if name != "account_id"}

    def whole(name: str, units: int, absent: int = 0) -> Whole:
        return _whole(rows.column(name), units, absent)[row]

    def filled(name: str, posted: str) -> Whole:
        own = whole(name, 1_000_000, absent=2_000_000)
        return np.where(own == 2_000_000, of[posted].astype(np.int64), own)

    day = rows.column("month").to_numpy().astype("datetime64[M]")
    days = ((day + 1).astype("datetime64[D]") - day.astype("datetime64[D]")).astype(np.int64)
    number = _numbers(rows.column("month"), absent=0)[row]
    span = days[row] * of["exchange"]
    price = np.where(of["repriced_in"] <= number, of["later_price"], of["price"])
    credit, debit = whole("credit_average", 100), whole("debit_average", 100)
    undrawn = whole("undrawn", 100)
    paid, charged = filled("credit_rate", "credit_rate"), filled("debit_rate", "debit_rate")
    margins = of["margins"].astype(bool)
    year = of["year"] * terms.MARGIN_UNITS
    deposit = np.where(margins, _rounded(credit * (price - paid) * span, year), 0)
    lending = np.where(margins, _rounded(debit * (charged - price) * span, year), 0)
    is_open = margins & ((credit != 0) & (paid == UNKNOWN) | (debit != 0) & (charged == UNKNOWN))
    fees = _rounded(whole("fees", 100) * of["exchange"], 10)
    channels = np.zeros(len(rows), np.int64)
    for channel, cost in terms.UNIT_COSTS.items():
        counts = pc.fill_null(rows.column(f"transactions_{channel}"), 0)
        channels += np.asarray(counts).astype(np.int64) * cost
    exposure = (debit - whole("cash_margin", 100)) * 10 + undrawn * of["conversion"]
    exposure = np.where((debit != 0) | (undrawn != 0), exposure.clip(0), 0)
    is_provided = np.asarray(pc.is_valid(rows.column("impairment")))[row]
    is_default = np.asarray(pc.fill_null(rows.column("defaulted"), False))[row]
    probability = filled("probability_of_default", "probability")
    is_lossy = ~is_provided & (exposure != 0)
    is_open |= is_lossy & (is_default | (probability == UNKNOWN))
    unit = terms.LOSS_UNITS * terms.YEAR_DAYS
    # In two steps, because in one the product wouldn't fit.
    lost = np.where(is_lossy, exposure * probability, 0)
    factor = span * terms.LOSS
    loss = lost // unit * factor + _rounded(lost % unit * factor, unit)
    risk = exposure * (span * of["weight"] * terms.RATIO)
    impairment = _rounded(whole("impairment", 100) * of["exchange"], 10)

    def part(amount: Whole) -> Whole:
        """An owner's, of two: the nearest unit, and at a tie the first one gets it."""
        size = (abs(amount) * of["share"] * 2 + of["of"] - of["seat"]) // (of["of"] * 2)
        return size * np.sign(amount)

    costs = part(channels[row]) + part(of["upkeep"]) + part(loss) + part(impairment)
    return pd.DataFrame(
        {
            "c": of["c"],
            "earned": part(deposit) + part(lending) + part(fees) - costs,
            "charge": part(_rounded(risk, terms.CHARGE_UNITS * terms.YEAR_DAYS)),
            "capital": part(_rounded(risk, terms.CAPITAL_UNITS * terms.YEAR_DAYS)),
            "open": is_open,
        }
    )


def _worth(customers: pd.DataFrame, held: pd.DataFrame, priced: pd.DataFrame) -> pd.DataFrame:
    """Each customer's contribution, unless something of it isn't known."""
    count = len(customers)

    def summed(c: Any, amounts: Any) -> Whole:
        sums = np.zeros(count, np.int64)
        np.add.at(sums, c, amounts)
        return sums

    first = terms.LATEST - 11
    c = held["c"].to_numpy()
    began = customers["since"].to_numpy().copy()
    np.minimum.at(began, c, held["began"].to_numpy())
    began[began > terms.LATEST] = 0
    owed = summed(c, terms.LATEST + 1 - np.maximum(held["began"].to_numpy(), first))
    c = priced["c"].to_numpy()
    present = np.bincount(c, minlength=count)
    upkeep = customers["kind"].map(terms.UPKEEP).to_numpy(np.int64)
    earned = summed(c, priced["earned"]) - upkeep * (terms.LATEST + 1 - np.maximum(began, first))
    return customers.assign(
        earned=earned,
        cents=earned - summed(c, priced["charge"]),
        capital=summed(c, priced["capital"]),
        is_known=(owed == present) & (summed(c, priced["open"]) == 0),
    )


def _tiers(worth: pd.DataFrame) -> pa.Table:
    is_known, cents = worth["is_known"].to_numpy(), worth["cents"].to_numpy()
    positive = worth[worth["is_known"] & (worth["cents"] > 0)]
    places = positive.groupby("kind", observed=True)["cents"]
    reached = places.rank(method="max").to_numpy().astype(np.int64)
    among = places.transform("size").to_numpy()
    permille = np.zeros(len(worth), np.int64)
    permille[positive.index] = (reached * 1000 + among - 1) // among - 1
    earns = ((worth["kind"] == "personal") | (worth["capital"] == 0)).to_numpy().copy()
    above, below = terms.HURDLE
    # Too large for 64 bits, and there are few.
    others = worth.loc[~earns, ["earned", "capital"]].astype(object)
    earns[~earns] = (others["earned"] * above >= others["capital"] * below).to_numpy(bool)
    tier = np.full(len(worth), "small", object)
    for name, least in reversed(terms.TIERS.items()):
        fires = (permille >= least) & (earns if least >= 950 else True)
        tier[is_known & fires] = name
    hundredths = pa.array(cents, mask=~is_known).cast(pa.decimal128(19, 0))
    return pa.table(
        {
            "customer_id": pa.array(worth["customer_id"]),
            "contribution_12m": pc.multiply(hundredths, pa.scalar(Decimal("0.01"))),
            "permille": pa.array(permille, mask=~is_known),
            "tier": pa.array(tier),
        }
    )
