"""Contribution, rank and tier, written by hand for Polars on whole numbers of 64 bits."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import portfolio_terms as terms

AS_OF = pl.lit(terms.AS_OF)
OWNED = ("c", "share", "of", "is_first")
"""Whose an amount is: the customer's number, and in a joint account the share, of how much."""

LONGEST = 240
PRICES = pl.Series(
    [
        terms.price_of(currency, months)
        for currency in ("CNY", "USD")
        for months in range(LONGEST + 1)
    ]
)


def answer(folder: Path, out: Path) -> None:
    """Write each customer's contribution, percentile and tier."""

    def table(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(folder / f"{name}.parquet")

    products = table("products").select("product_id", "family", "day_count").collect().rows()
    customers = table("customers").select("customer_id", "kind", "since").with_row_index("c")
    # Both are read several times; lazily, each time would work them out again.
    held = (
        _held(table("accounts"), table("owners"), customers, products)
        .collect(engine="streaming")
        .lazy()
    )
    months = _months(table("positions")).join(held.drop("a", "began", "owed"), on="account_id")
    worth = _worth(customers, held, months.collect(engine="streaming").lazy())
    _tiers(worth).sink_parquet(out)


def _held(
    accounts: pl.LazyFrame,
    owners: pl.LazyFrame,
    customers: pl.LazyFrame,
    products: list[tuple[str, str, str | None]],
) -> pl.LazyFrame:
    """Each customer's part in an account that was open by the day, with the account's terms."""
    listed = pl.LazyFrame(terms.terms_of(products), schema=terms.Terms._fields, orient="row")
    opened = _number_of("opened")
    accounts = (
        accounts.with_row_index("a")
        .filter(pl.col("opened") <= AS_OF)
        .join(listed, on=["product_id", "currency"])
        .with_columns(
            began=opened,
            owed=terms.LATEST + 1 - pl.max_horizontal(opened, pl.lit(terms.LATEST - 11)),
            repriced_in=_number_of("repriced"),
        )
    )
    # A price for a term is dear to find, and few accounts have one.
    with_term = accounts.filter(pl.col("maturity").is_not_null()).with_columns(
        price=_price(pl.col("opened"))
    )
    accounts = pl.concat(
        [
            accounts.filter(pl.col("maturity").is_null()),
            with_term.filter(pl.col("repriced").is_null()),
            with_term.filter(pl.col("repriced").is_not_null()).with_columns(
                later_price=_price(pl.col("repriced"))
            ),
        ],
        how="diagonal",
    ).drop("product_id", "currency", "opened", "maturity", "repriced")
    # Numbers in place of ids: texts are slow to compare, and customers are looked up twice more.
    parts = (
        owners.join(accounts, on="account_id")
        .join(customers.select("customer_id", "c"), on="customer_id")
        .with_columns(share=(pl.col("share").fill_null(1) * 1_000_000).cast(pl.Int64))
    )
    is_joint = pl.col("a").is_duplicated()
    joint = parts.filter(is_joint).with_columns(
        of=pl.col("share").sum().over("a"),
        is_first=pl.col("customer_id") == pl.col("customer_id").min().over("a"),
    )
    return pl.concat([parts.filter(~is_joint), joint], how="diagonal").drop("customer_id")


def _number_of(day: str) -> pl.Expr:
    return pl.col(day).dt.year() * 12 + pl.col(day).dt.month().cast(pl.Int32)


def _price(since: pl.Expr) -> pl.Expr:
    """The price of funds for the whole months from a day to maturity."""
    until = pl.col("maturity")
    months = (until.dt.year() - since.dt.year()) * 12 + until.dt.month() - since.dt.month()
    is_short = (until.dt.day() < since.dt.day()) & (until.dt.day() != until.dt.days_in_month())
    first = pl.when(pl.col("currency") == "USD").then(LONGEST + 1).otherwise(0)
    return pl.lit(PRICES).gather((months - is_short).clip(0, LONGEST) + first)


def _rounded(over: pl.Expr, under: int) -> pl.Expr:
    """The quotient, half to even."""
    doubled = over + under // 2
    up = doubled // under
    is_odd_tie = (up * under == doubled) & (up % 2 == 1)
    return up - is_odd_tie.cast(pl.Int64) if under % 2 == 0 else up


def _months(positions: pl.LazyFrame) -> pl.LazyFrame:
    """The account-months of the window, in whole units."""
    cents, millionths = 100, 1_000_000

    def whole(name: str, scale: int) -> pl.Expr:
        return (pl.col(name) * scale).cast(pl.Int64)

    month = pl.col("month")
    return positions.filter(month.is_between(terms.MONTHS[-1], terms.MONTHS[0])).select(
        "account_id",
        credit=whole("credit_average", cents).fill_null(0),
        debit=whole("debit_average", cents).fill_null(0),
        paid=whole("credit_rate", millionths),
        charged=whole("debit_rate", millionths),
        undrawn=whole("undrawn", cents).fill_null(0),
        margin=whole("cash_margin", cents).fill_null(0),
        fees=whole("fees", cents).fill_null(0),
        provided=whole("impairment", cents),
        is_default=pl.col("defaulted").fill_null(value=False),
        scored=whole("probability_of_default", millionths),
        channels=-pl.sum_horizontal(
            pl.col(f"transactions_{channel}").cast(pl.Int64) * cost
            for channel, cost in terms.UNIT_COSTS.items()
        ),
        month=_number_of("month"),
        days=month.dt.days_in_month().cast(pl.Int64),
    )


EXCHANGE, DAYS = pl.col("exchange"), pl.col("days")
PRICE = pl.when(pl.col("repriced_in") <= pl.col("month")).then("later_price").otherwise("price")


def _margin(average: str, spread: pl.Expr) -> pl.Expr:
    over = pl.col(average) * spread * (DAYS * EXCHANGE)
    interest = (
        pl.when(pl.col("year") == 360)
        .then(_rounded(over, 360 * terms.MARGIN_UNITS))
        .otherwise(_rounded(over, 365 * terms.MARGIN_UNITS))
    )
    return pl.when(pl.col("margins") & (pl.col(average) != 0)).then(interest).otherwise(0)


def _everyday(months: pl.LazyFrame) -> pl.LazyFrame:
    """What every month has."""
    return months.select(
        *OWNED,
        deposit=_margin("credit", PRICE - pl.coalesce("paid", "credit_rate")),
        fees=_rounded(pl.col("fees") * EXCHANGE, 10),
        channels="channels",
        upkeep=-pl.col("upkeep"),
    )


def _credit(months: pl.LazyFrame) -> pl.LazyFrame:
    """What only months with a credit or its loss have."""
    exposure = (pl.col("debit") - pl.col("margin")) * 10 + pl.col("undrawn") * pl.col("conversion")
    capital = pl.col("exposure") * (EXCHANGE * DAYS * pl.col("weight") * terms.RATIO)
    # Two steps, because in one the product wouldn't fit.
    unit = terms.LOSS_UNITS * terms.YEAR_DAYS
    lost = pl.col("exposure") * pl.coalesce("scored", "probability")
    factor = EXCHANGE * DAYS * terms.LOSS
    loss = (lost // unit) * factor + _rounded((lost % unit) * factor, unit)
    is_exposed = (pl.col("debit") != 0) | (pl.col("undrawn") != 0)
    return (
        months.filter(is_exposed | pl.col("provided").is_not_null())
        .with_columns(exposure=pl.when(is_exposed).then(exposure.clip(0)).otherwise(0))
        .select(
            *OWNED,
            lending=_margin("debit", pl.coalesce("charged", "debit_rate") - PRICE),
            loss=pl.when(pl.col("provided").is_not_null() | (pl.col("exposure") == 0))
            .then(0)
            .when(~pl.col("is_default"))
            .then(-loss),
            impairment=-_rounded(pl.col("provided").fill_null(0) * EXCHANGE, 10),
            charge=-_rounded(capital, terms.CHARGE_UNITS * terms.YEAR_DAYS),
            capital=_rounded(capital, terms.CAPITAL_UNITS * terms.YEAR_DAYS),
        )
    )


def _shared(amounts: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The amounts of accounts with one owner as they are, and of those with two in parts."""
    is_alone = pl.col("of").is_null()
    parts = amounts.filter(~is_alone).with_columns(
        _share(name).name.keep() for name in amounts.collect_schema() if name not in OWNED
    )
    return [amounts.filter(is_alone), parts]


def _share(name: str) -> pl.Expr:
    """The part of one owner of two: the nearest unit, and at a tie the first one gets it."""
    amount, share, of = pl.col(name), pl.col("share"), pl.col("of")
    over = amount.abs() * share * 2 + of - (~pl.col("is_first")).cast(pl.Int64)
    return over // (of * 2) * amount.sign()


def _worth(customers: pl.LazyFrame, held: pl.LazyFrame, months: pl.LazyFrame) -> pl.LazyFrame:
    """Each customer's contribution, unless something of it isn't known."""
    by_account = held.group_by("c").agg(pl.col("began").min(), pl.col("owed").sum())
    everyday = [
        amounts.select(
            "c", total=pl.col("deposit") + pl.col("fees") + pl.col("channels") + pl.col("upkeep")
        )
        for amounts in _shared(_everyday(months))
    ]
    credit = [
        amounts.select(
            "c",
            "capital",
            earned=pl.col("lending") + pl.col("loss") + pl.col("impairment"),
            charge="charge",
        )
        for amounts in _shared(_credit(months))
    ]
    by_day = (
        pl.concat(everyday)
        .group_by("c")
        .agg(
            pl.col("total").sum(),
            rows=pl.len(),
            open=pl.col("total").null_count(),
        )
    )
    by_credit = (
        pl.concat(credit)
        .group_by("c")
        .agg(
            pl.col("earned", "charge", "capital").sum(),
            credit_open=pl.col("earned").null_count(),
        )
    )
    began = pl.min_horizontal("began", _number_of("since")).fill_null(0)
    months = terms.LATEST + 1 - pl.max_horizontal(began, pl.lit(terms.LATEST - 11))
    upkeep = pl.col("kind").replace_strict(terms.UPKEEP, return_dtype=pl.Int64) * months
    is_known = (
        (pl.col("owed").fill_null(0) == pl.col("rows").fill_null(0))
        & (pl.col("open").fill_null(0) == 0)
        & (pl.col("credit_open").fill_null(0) == 0)
    )
    earned = pl.col("total").fill_null(0) + pl.col("earned").fill_null(0) - upkeep
    return (
        customers.join(by_account, on="c", how="left")
        .join(by_day, on="c", how="left")
        .join(by_credit, on="c", how="left")
        .select(
            "customer_id",
            "kind",
            cents=pl.when(is_known).then(earned + pl.col("charge").fill_null(0)),
            earned=earned,
            capital=pl.col("capital").fill_null(0),
        )
    )


def _tiers(worth: pl.LazyFrame) -> pl.LazyFrame:
    cents = pl.col("cents")
    positive = pl.when(cents > 0).then(cents)
    reached = positive.rank("max").over("kind").cast(pl.Int64)
    among = positive.count().over("kind").cast(pl.Int64)
    above, below = terms.HURDLE
    earns = (
        (pl.col("kind") == "personal")
        | (pl.col("capital") == 0)
        | (pl.col("earned").cast(pl.Int128) * above >= pl.col("capital").cast(pl.Int128) * below)
    )
    permille = pl.col("permille")
    tier = pl.lit("small")
    for name, least in reversed(terms.TIERS.items()):
        fires = (permille >= least) & (earns if least >= 950 else pl.lit(value=True))
        tier = pl.when(fires).then(pl.lit(name)).otherwise(tier)
    return worth.with_columns(
        permille=pl.when(cents > 0)
        .then((reached * 1000 + among - 1) // among - 1)
        .when(cents <= 0)
        .then(0)
    ).select(
        "customer_id",
        contribution_12m=cents.cast(pl.Decimal(18, 2)) / 100,
        permille="permille",
        tier=tier,
    )
