"""Contribution, rank and tier, written by hand in SQL on whole numbers of 64 bits."""

from __future__ import annotations

from typing import NamedTuple

import portfolio_terms as terms


class Dialect(NamedTuple):
    """What engines spell differently.

    Args:
        divided: Between two whole numbers whose quotient is cut off to a whole one.
        key: What customers are looked up by, a number where the engine has one.
        total: The sum of numbers that are known not to overflow.
        wide: A type for whole numbers of more than 64 bits.
    """

    divided: str
    key: str
    total: str
    wide: str


FIRST_MONTH = terms.LATEST - 11


def _whole(amount: str, units: int) -> str:
    return f"CAST(round(CAST({amount} AS DOUBLE) * {units}) AS BIGINT)"


def _cents(amount: str) -> str:
    return _whole(f"coalesce({amount}, 0)", 100)


def _millionths(rate: str) -> str:
    return _whole(rate, 1_000_000)


def _number_of(day: str) -> str:
    return f"(year({day}) * 12 + month({day}))"


def _price(since: str) -> str:
    """The price of funds for the whole months from a day to maturity."""
    months = (
        f"({_number_of('maturity')} - {_number_of(since)} - CASE WHEN day(maturity) < day({since})"
        " AND maturity <> last_day(maturity) THEN 1 ELSE 0 END)"
    )
    curves = []
    for currency in terms.CURRENCIES:
        *steps, (_, longest) = terms.price_steps(currency)
        cases = " ".join(f"WHEN {months} <= {term} THEN {rate}" for term, rate in steps)
        curves.append(f"WHEN '{currency}' THEN CASE {cases} ELSE {longest} END")
    return f"CASE currency {' '.join(curves)} END"


CHANNELS = " + ".join(
    f"coalesce(transactions_{channel}, 0) * {cost}" for channel, cost in terms.UNIT_COSTS.items()
)
UPKEEP = " ".join(f"WHEN '{kind}' THEN {amount}" for kind, amount in terms.UPKEEP.items())
TIERS = " ".join(
    f"WHEN permille >= {least}{' AND earns' if least >= 950 else ''} THEN '{tier}'"
    for tier, least in terms.TIERS.items()
)


def statement(dialect: Dialect) -> str:
    """The query over accounts, customers, owners, positions and terms."""
    divided, key, total, wide = dialect

    def size(over: str, under: int | str) -> str:
        """Half to even. No CASE, of whose branches each would work out the quotient anew."""
        raised = f"({over} + {under} {divided} 2)"
        up = f"({raised} {divided} {under})"
        return f"({up} - CAST({raised} % {under} = 0 AS BIGINT) * ({up} % 2))"

    def rounded(over: str, under: int | str) -> str:
        return f"CAST(sign({over}) AS BIGINT) * {size(f'abs({over})', under)}"

    def part(amount: str) -> str:
        """An owner's, of two: the nearest unit, and at a tie the first one gets it."""
        return (
            f"(abs({amount}) * share * 2 + whole - seat) {divided} (whole * 2)"
            f" * CAST(sign({amount}) AS BIGINT)"
        )

    loss_year = terms.LOSS_UNITS * terms.YEAR_DAYS
    return f"""
WITH prices AS (
    SELECT *, {_number_of("opened")} AS began, {_number_of("repriced")} AS repriced_in,
        CASE WHEN maturity IS NULL THEN price ELSE {_price("opened")} END AS first_price,
        CASE WHEN repriced IS NOT NULL THEN {_price("repriced")} END AS later_price
    FROM accounts JOIN terms USING (product_id, currency)
    WHERE opened <= DATE '{terms.AS_OF}'
),
joint AS (
    SELECT account_id, min(customer_id) AS leader,
        CAST(sum({_millionths("coalesce(share, 1)")}) AS BIGINT) AS whole
    FROM owners GROUP BY account_id HAVING count(*) > 1
),
held AS (
    SELECT prices.*, {key}, coalesce(joint.whole, 1) AS whole,
        CAST(coalesce(owners.customer_id <> leader, false) AS BIGINT) AS seat,
        CASE WHEN joint.whole IS NULL THEN 1 ELSE {_millionths("coalesce(share, 1)")} END AS share
    FROM owners JOIN prices USING (account_id) JOIN customers USING (customer_id)
    LEFT JOIN joint USING (account_id)
),
months AS (
    SELECT {key}, whole, seat, share, exchange, weight, upkeep,
        held.year * {terms.MARGIN_UNITS} AS margin_year, exchange * day(last_day(month)) AS span,
        CASE WHEN repriced_in <= {_number_of("month")} THEN later_price ELSE first_price END
            AS price,
        CASE WHEN margins THEN {_cents("credit_average")} ELSE 0 END AS credit,
        CASE WHEN margins THEN {_cents("debit_average")} ELSE 0 END AS debit,
        coalesce({_millionths("p.credit_rate")}, held.credit_rate) AS paid,
        coalesce({_millionths("p.debit_rate")}, held.debit_rate) AS charged,
        CASE WHEN debit_average <> 0 OR undrawn <> 0 THEN greatest(0,
            ({_cents("debit_average")} - {_cents("cash_margin")}) * 10
            + {_cents("undrawn")} * conversion) ELSE 0 END AS exposure,
        CASE WHEN impairment IS NOT NULL THEN 0 WHEN defaulted THEN NULL
            ELSE coalesce({_millionths("probability_of_default")}, probability) END AS probability,
        {_cents("fees")} AS fees, {_cents("impairment")} AS provided, {CHANNELS} AS channels
    FROM positions AS p JOIN held USING (account_id)
    WHERE month BETWEEN DATE '{terms.MONTHS[-1]}' AND DATE '{terms.MONTHS[0]}'
),
multiplied AS (
    SELECT *,
        credit * CASE WHEN credit = 0 THEN 0 ELSE price - paid END * span AS deposit,
        debit * CASE WHEN debit = 0 THEN 0 ELSE charged - price END * span AS lending,
        exposure * CASE WHEN exposure = 0 THEN 0 ELSE probability END AS lost,
        exposure * (span * weight * {terms.RATIO}) AS risk
    FROM months
),
amounts AS (
    SELECT {key}, whole, seat, share, channels, upkeep,
        {rounded("deposit", "margin_year")} AS deposit,
        {rounded("lending", "margin_year")} AS lending,
        {rounded("(fees * exchange)", 10)} AS fees,
        {rounded("(provided * exchange)", 10)} AS impairment,
        -- In two steps, because in one the product wouldn't fit.
        lost {divided} {loss_year} * (span * {terms.LOSS})
            + {size(f"(lost % {loss_year} * (span * {terms.LOSS}))", loss_year)} AS loss,
        {size("risk", terms.CHARGE_UNITS * terms.YEAR_DAYS)} AS charge,
        {size("risk", terms.CAPITAL_UNITS * terms.YEAR_DAYS)} AS capital
    FROM multiplied
),
parts AS (
    SELECT {key}, {part("deposit")} + {part("lending")} + {part("fees")} - {part("channels")}
        - {part("upkeep")} - {part("loss")} - {part("impairment")} AS earned,
        {part("charge")} AS charge, {part("capital")} AS capital
    FROM amounts
),
by_month AS (
    SELECT {key}, {total}(earned) AS earned, {total}(charge) AS charge,
        {total}(capital) AS capital, count(*) AS present, count(earned) AS known
    FROM parts GROUP BY {key}
),
by_account AS (
    SELECT {key}, min(began) AS began,
        {total}({terms.LATEST + 1} - greatest(began, {FIRST_MONTH})) AS owed
    FROM held GROUP BY {key}
),
everybody AS (
    SELECT *, CASE kind {UPKEEP} END * ({terms.LATEST + 1}
        - greatest(coalesce(least(began, {_number_of("since")}), 0), {FIRST_MONTH})) AS upkeep
    FROM customers LEFT JOIN by_month USING ({key}) LEFT JOIN by_account USING ({key})
),
worth AS (
    SELECT {key}, customer_id AS id, kind,
        CASE WHEN coalesce(owed, 0) = coalesce(present, 0)
            AND coalesce(known, 0) = coalesce(present, 0)
            THEN coalesce(earned, 0) - coalesce(charge, 0) - upkeep END AS cents,
        coalesce(earned, 0) - upkeep AS earned, coalesce(capital, 0) AS capital
    FROM everybody
),
ranked AS (
    SELECT {key}, count(*) OVER up_to AS reached, count(*) OVER all_of AS among
    FROM worth WHERE cents > 0
    WINDOW up_to AS (PARTITION BY kind ORDER BY cents RANGE UNBOUNDED PRECEDING),
        all_of AS (PARTITION BY kind)
),
placed AS (
    SELECT id, cents,
        CASE WHEN cents <= 0 THEN 0
            ELSE (reached * 1000 + among - 1) {divided} among - 1 END AS permille,
        kind = 'personal' OR capital = 0 OR CAST(earned AS {wide}) * {terms.HURDLE[0]}
            >= CAST(capital AS {wide}) * {terms.HURDLE[1]} AS earns
    FROM worth LEFT JOIN ranked USING ({key})
)
SELECT id AS customer_id, CAST(cents AS DECIMAL(17, 0)) * 0.01 AS contribution_12m, permille,
    CASE {TIERS} ELSE 'small' END AS tier
FROM placed
"""
