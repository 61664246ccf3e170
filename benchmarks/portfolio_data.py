"""A bank as typed Parquet tables, drawn by DuckDB without holding them in memory.

The same seed gives the same bytes with the same version of DuckDB.

    .venv/bin/python benchmarks/portfolio_data.py FOLDER --customers 1000000
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 6, 30)
MONTHS = 3
"""Accounts have one to so many months, two on average: three positions a customer."""
MOST_CENTS = 10_000_000_000
"""No amount is above a hundred million, so that those who reckon in 64 bits can."""

# Every value is drawn from the row's number, so that no table has to be joined to make another.
_MACROS = """
CREATE MACRO draw(number, name, n) AS (hash(number, name, {seed}) % n)::BIGINT;
CREATE MACRO happens(number, name, permille) AS draw(number, name, 1000) < permille;
CREATE MACRO share(number, name) AS draw(number, name, 1000000) / 1e6;
CREATE MACRO fortune(number, name, least, most) AS
    least({most_cents}, power(10, least + (most - least) * power(share(number, name), 2)) * 100
    )::BIGINT;
CREATE MACRO money(cents) AS (cents::DECIMAL(17, 0) * 0.01)::DECIMAL(18, 2);
CREATE MACRO rate(millionths) AS (millionths::DECIMAL(8, 0) * 0.000001)::DECIMAL(9, 6);
CREATE MACRO acts(number, is_twin, channel, permille, most) AS
    CASE WHEN NOT is_twin AND happens(number, channel, permille)
    THEN 1 + draw(number, 'how often by ' || channel, most) END;
CREATE MACRO customer_id(number) AS 'C' || lpad(number::VARCHAR, 8, '0');
CREATE MACRO account_id(number) AS 'A' || lpad(number::VARCHAR, 9, '0');
CREATE MACRO month_before(age) AS (DATE '{month}' - to_months(age::INT))::DATE;
CREATE MACRO is_person(number) AS draw(number, 'kind', 100) < 91;
CREATE MACRO kind_of(number) AS
    CASE WHEN is_person(number) THEN 'personal' WHEN draw(number, 'kind', 100) < 98
    THEN 'corporate' ELSE 'institutional' END;

-- Accounts in no order of their owners; one in twenty customers lacks the one that all have.
CREATE MACRO owner_of(number) AS
    CASE WHEN number < {customers} AND NOT happens(number, 'elsewhere', 50)
    THEN (number * 7919 + 11) % {customers} ELSE draw(number, 'owner', {customers}) END;
CREATE MACRO product_of(number, owner) AS
    CASE WHEN is_person(owner) THEN list_extract({retail}, 1 + draw(number, 'product', 20))
    ELSE list_extract({wholesale}, 1 + draw(number, 'product', 20)) END;
CREATE MACRO is_joint(number, owner) AS is_person(owner) AND happens(number, 'joint', 55);
CREATE MACRO partner_of(number, owner) AS
    (owner + 1 + draw(number, 'partner', {customers} - 1)) % {customers};
"""

_RETAIL = ("CUR", "SAV", "CUR", "SAV", "CUR", "SAV", "CUR", "SAV", "CUR", "TRM", "CUR", "TRM")
_RETAIL += ("CUR", "TRM", "LON", "LON", "CRD", "CRD", "FND", "WLT")
_WHOLESALE = ("CUR",) * 8 + ("STL",) * 4 + ("LON",) * 4 + ("OVD",) * 2 + ("GUA",) * 2

_PRODUCTS = """
SELECT * FROM (VALUES
    ('CRD', 'card', 'Credit card', NULL),
    ('CUR', 'current', 'Everyday account', NULL),
    ('FND', 'fund', 'Mixed fund', NULL),
    ('GUA', 'guarantee', 'Performance guarantee', NULL),
    ('LON', 'loan', 'Loan', 'act/360'),
    ('OVD', 'overdraft', 'Overdraft', NULL),
    ('SAV', 'savings', 'Call savings', NULL),
    ('STL', 'settlement', 'Payment services', NULL),
    ('TRM', 'term_deposit', 'Term deposit', NULL),
    ('WLT', 'wealth', 'Wealth product', NULL)
) AS products(product_id, family, name, day_count)
"""

_BRANCHES = """
SELECT * FROM (VALUES ('HO', 'Head office', 'head_office', NULL))
    AS branches(branch_id, name, level, parent)
UNION ALL SELECT 'P' || p, 'Province ' || p, 'province', 'HO' FROM range(1, 5) AS one(p)
UNION ALL SELECT 'P' || p || 'C' || c, 'City ' || p || '.' || c, 'city', 'P' || p
    FROM range(1, 5) AS one(p), range(1, 6) AS two(c)
"""

_CUSTOMERS = """
SELECT customer_id(c) AS customer_id, kind_of(c) AS kind,
    CASE WHEN is_person(c) THEN 'passport' END AS id_scheme,
    CASE WHEN is_person(c) THEN 'E' || lpad(c::VARCHAR, 8, '0') END AS id_number,
    CASE WHEN is_person(c) THEN DATE '2026-03-01' + draw(c, 'expires', 3000)::INT END AS id_expires,
    CASE WHEN NOT happens(c, 'unborn', 30) THEN DATE '1945-01-01' + draw(c, 'born', 22000)::INT END
        AS born,
    CASE WHEN NOT is_person(c) THEN 'C' || 13 + draw(c, 'industry', 30) END AS industry,
    'P' || 1 + draw(c, 'province', 4) || 'C' || 1 + draw(c, 'city', 5) AS branch,
    'M' || draw(c, 'manager', 5000) AS manager,
    CASE WHEN NOT happens(c, 'unknown since', 20)
        THEN DATE '2026-06-30' - draw(c, 'since', 6000)::INT END AS since,
    CASE WHEN happens(c, 'rated', 600) THEN 1 + draw(c, 'risk', 5) END AS risk_tolerance,
    CASE WHEN happens(c, 'agreed', 550) THEN DATE '2024-01-01' + draw(c, 'given', 900)::INT END
        AS marketing_consent_given
FROM range({customers}) AS customers(c)
"""

# One account in a hundred is older than its first month here, so that a month is missing.
_DRAWN = """
CREATE VIEW drawn AS
SELECT a, c, product_of(a, c) AS product, a % {months} AS age,
    CASE WHEN product NOT IN ('GUA', 'CRD') AND happens(a, 'dollars', 20) THEN 'USD' ELSE 'CNY' END
        AS currency,
    (month_before(age + CASE WHEN happens(a, 'gap', 10) THEN 1 ELSE 0 END)
        + draw(a, 'opened', 28)::INT)::DATE AS opened
FROM (SELECT a, owner_of(a) AS c FROM range({accounts}) AS accounts(a))
"""

_ACCOUNTS = """
SELECT account_id(a) AS account_id, product AS product_id, currency, opened,
    CASE WHEN product = 'TRM'
        THEN (opened + to_months(list_extract([3, 6, 12, 24, 36], 1 + draw(a, 'term', 5))))::DATE
        WHEN product IN ('LON', 'GUA')
        THEN (opened + to_months(6 + draw(a, 'term', 235)::INT))::DATE + draw(a, 'days', 9)::INT
    END AS maturity,
    CASE WHEN product = 'LON' AND age > 0 AND happens(a, 'repriced', 300)
        THEN (opened + to_months(1 + draw(a, 'when', age)::INT))::DATE END AS repriced
FROM drawn
"""

_OWNERS = """
SELECT account_id(a) AS account_id,
    customer_id(CASE WHEN seat = 0 THEN c ELSE partner_of(a, c) END) AS customer_id,
    CASE WHEN is_joint(a, c) AND happens(a, 'parts', 400)
        THEN list_extract([2, 1, 0.6, 0.4], 1 + seat + 2 * draw(a, 'which', 2))
    END::DECIMAL(9, 6) AS share
FROM (SELECT a, c, unnest(range(CASE WHEN is_joint(a, c) THEN 2 ELSE 1 END)) AS seat FROM drawn)
"""

_POSITIONS = """
WITH months AS (SELECT *, unnest(range(age, -1, -1)) AS back FROM drawn),
rows AS (
    SELECT *, a * 64 + back AS p, month_before(back) AS month,
        CASE WHEN is_person(c) THEN fortune(a, 'amount', 2.5, 6.5)
            ELSE fortune(a, 'amount', 4, 8) END AS level,
        product IN ('LON', 'CRD', 'OVD') AS lends,
        product IN ('CUR', 'SAV', 'TRM') AND happens(a, 'twin', 60) AS is_twin,
        product = 'LON' AND happens(a, 'default', 10) AS is_default
    FROM months
),
amounts AS (
    SELECT *, CASE
        -- A rate of 1.75 % on 73 for 30 days makes 10.5 cents, so does 730 for 31 days.
        WHEN product = 'SAV' AND happens(p, 'half a cent', 100)
            THEN 7300 * (1 + 2 * draw(p, 'odd', 4000)) * CASE day(last_day(month)) WHEN 31 THEN 10
                ELSE 1 END
        -- Twins have the same contribution, also where a cut-off is.
        WHEN is_twin THEN 5000000
        ELSE least({most_cents}, level * (90 + draw(p, 'wobble', 21)) // 100) END AS cents
    FROM rows
)
SELECT account_id(a) AS account_id, month,
    CASE WHEN product IN ('LON', 'CRD', 'OVD', 'GUA') THEN NULL ELSE money(cents) END
        AS credit_average,
    CASE WHEN lends THEN money(cents)
        WHEN product = 'CUR' AND NOT is_twin AND happens(p, 'overdrawn', 15)
        THEN money(cents // 50) END AS debit_average,
    money(CASE WHEN lends THEN -cents ELSE cents END) AS closing_balance,
    CASE WHEN product IN ('CUR', 'SAV', 'TRM', 'STL') AND happens(p, 'paid', 400)
        AND NOT is_twin AND NOT happens(p, 'half a cent', 100)
        THEN rate(100 * draw(p, 'pays', CASE product WHEN 'TRM' THEN 220 ELSE 40 END)) END
        AS credit_rate,
    CASE WHEN lends AND happens(p, 'charged', 600) THEN rate(30000 + draw(p, 'charges', 90000)) END
        AS debit_rate,
    CASE WHEN product IN ('CRD', 'OVD', 'GUA') THEN money(cents + draw(p, 'unused', 100000)) END
        AS undrawn,
    CASE WHEN product = 'GUA' AND happens(a, 'margin', 300)
        THEN money(cents * draw(a, 'margin part', 60) // 100) END AS cash_margin,
    CASE WHEN happens(p, 'fee', 350) AND NOT is_twin
        THEN money(draw(p, 'fees', 8000) - CASE WHEN happens(p, 'returned', 20) THEN 8000 ELSE 0 END
        ) END AS fees,
    CASE WHEN is_default AND happens(p, 'provided', 800) OR lends AND happens(p, 'impaired', 10)
        THEN money(draw(p, 'impairment', 500000) - 100000) END AS impairment,
    CASE WHEN is_default THEN true END AS defaulted,
    CASE WHEN (lends OR product = 'GUA') AND happens(p, 'scored', 500)
        THEN rate(500 + draw(p, 'probability', 120000)) END AS probability_of_default,
    CASE WHEN is_default THEN 100 WHEN lends AND happens(p, 'late', 30)
        THEN draw(p, 'days late', 60) END AS days_past_due,
    acts(p, is_twin, 'counter', 200, 3) AS transactions_counter,
    acts(p, is_twin, 'atm', 300, 4) AS transactions_atm,
    acts(p, is_twin, 'card', 400, 20) AS transactions_card,
    acts(p, is_twin, 'phone', 20, 1) AS transactions_phone,
    acts(p, is_twin, 'online', 250, 6) AS transactions_online,
    acts(p, is_twin, 'mobile', 600, 30) AS transactions_mobile,
    acts(p, is_twin, 'self_service', 50, 1) AS transactions_self_service,
    acts(p, is_twin, 'automatic', 300, 3) AS transactions_automatic
FROM amounts
"""

_INTERACTIONS = """
SELECT 'I' || lpad(i::VARCHAR, 9, '0') AS interaction_id,
    customer_id(draw(i, 'whose', {customers})) AS customer_id,
    DATE '2026-06-30' - draw(i, 'ago', 400)::INT AS occurred,
    CASE WHEN happens(i, 'complains', 60) THEN 'complaint' ELSE 'contact' END AS kind
FROM range({customers} // 3) AS interactions(i)
"""

_SUPPLIED = """
SELECT customer_id(c) AS customer_id, 'service_ability' AS fact,
    rate(10000 * draw(c, 'ability', 101))::VARCHAR AS value
FROM range({customers}) AS customers(c) WHERE happens(c, 'rated by us', 250)
"""

_TABLES = {
    "products": _PRODUCTS,
    "branches": _BRANCHES,
    "customers": _CUSTOMERS,
    "accounts": _ACCOUNTS,
    "owners": _OWNERS,
    "positions": _POSITIONS,
    "interactions": _INTERACTIONS,
    "supplied": _SUPPLIED,
}


def write_portfolio(folder: Path, customers: int, *, seed: int = 7, months: int = MONTHS) -> None:
    """Write a portfolio folder.

    Args:
        folder: Where the files are made.
        customers: How many, at least two; there are half as many accounts again.
        seed: Any whole number.
        months: The most months an account has; half of that is its average.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        "seed": seed,
        "customers": customers,
        "accounts": customers * 3 // 2,
        "months": months,
        "month": AS_OF.replace(day=1),
        "most_cents": MOST_CENTS,
        "retail": list(_RETAIL),
        "wholesale": list(_WHOLESALE),
    }
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = true; SET memory_limit = '4GB'")
        database.execute(_MACROS.format(**names))
        database.execute(_DRAWN.format(**names))
        for table, statement in _TABLES.items():
            database.execute(
                f"COPY ({statement.format(**names)}) TO '{folder / table}.parquet' (FORMAT parquet)"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--months", type=int, default=MONTHS, help="13 and more is a history")
    given = parser.parse_args()
    write_portfolio(given.folder, given.customers, seed=given.seed, months=given.months)


if __name__ == "__main__":
    main()
