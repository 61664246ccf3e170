"""The bank's records as a portfolio folder: a CSV file a table, same bytes for same records.

Names, contacts, consents, interactions and relations between customers aren't on record: those
columns and tables stay out, so that facts from them are missing, not zero. A card is an account of
its own (a product that its holder has); its entries stay on the account it draws on.
"""

from __future__ import annotations

import csv
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from relationship_core.domain.account import DayCount, ProductFamily
from relationship_core.domain.channel import Channel
from relationship_core.domain.customer import CustomerKind, CustomerStatus
from relationship_core.domain.organisation import Level
from relationship_core.domain.transaction import TransactionPurpose

from .balances import ZERO, MonthBalance, day_ends, last_whole_month, month_balances
from .loans import Loan, follow_loan
from .records import CurrentAccount, Records

CURRENCY = "CZK"
BANK = "bank"
ADULT_AT = 18

# The ways that there were to the bank, in the order of the columns.
CHANNELS_IN_USE = (Channel.COUNTER, Channel.ATM, Channel.AUTOMATIC)
NO_ACTS = (0,) * len(CHANNELS_IN_USE)

# February's interest shows the same 5 % a year as March's only when a month counts as a twelfth.
DAY_COUNT = DayCount.THIRTY_360
PRODUCTS = (
    ("current", ProductFamily.CURRENT, "Current account"),
    ("loan", ProductFamily.LOAN, "Loan in instalments"),
    ("card-junior", ProductFamily.CARD, "Junior card"),
    ("card-classic", ProductFamily.CARD, "Classic card"),
    ("card-gold", ProductFamily.CARD, "Gold card"),
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": ("customer_id", "kind", "born", "sex", "branch", "since", "status"),
    "products": ("product_id", "family", "name", "day_count"),
    "accounts": (
        "account_id",
        "product_id",
        "currency",
        "opened",
        "closed",
        "maturity",
        "repriced",
        "branch",
    ),
    "owners": ("account_id", "customer_id", "role", "share"),
    "positions": (
        "account_id",
        "month",
        "credit_average",
        "debit_average",
        "closing_balance",
        "debit_rate",
        "fees",
        "impairment",
        "defaulted",
        "days_past_due",
        *(f"transactions_{channel}" for channel in CHANNELS_IN_USE),
    ),
    "transactions": (
        "transaction_id",
        "account_id",
        "booked",
        "amount",
        "channel",
        "purpose",
        "counterparty_bank",
    ),
    "branches": ("branch_id", "name", "level", "parent"),
}

FILES = tuple(f"{name}.csv" for name in COLUMNS)
"""What the folder holds."""

Cell = str | int | date | Decimal | None


def write_folder(records: Records, folder: Path) -> dict[str, int]:
    """Write the tables of a portfolio folder, and say how many rows each has.

    Args:
        records: What was on record on the day of the review.
        folder: An empty folder, where the tables go.
    """
    loans = [
        follow_loan(grant, account.postings)
        for grant in records.loans
        for account in records.accounts
        if account.id == grant.account
    ]
    tables: dict[str, Iterable[Sequence[Cell]]] = {
        "customers": _customers(records),
        "products": ((*product, DAY_COUNT) for product in PRODUCTS),
        "accounts": _accounts(records, loans),
        "owners": _owners(records),
        "positions": _positions(records, loans),
        "transactions": _transactions(records),
        "branches": _branches(records),
    }
    return {name: _write(folder, name, rows) for name, rows in tables.items()}


def loan_account(loan_id: int) -> str:
    """The id of a loan's account in the portfolio."""
    return f"loan-{loan_id}"


def card_account(card_id: int) -> str:
    """The id of a card's account in the portfolio."""
    return f"card-{card_id}"


def _branch(district: int) -> str:
    return f"D{district}"


def _region(name: str) -> str:
    return "R-" + name.replace(" ", "-")


def _customers(records: Records) -> Iterator[Sequence[Cell]]:
    accounts = {account.id: account for account in records.accounts}
    first: dict[int, CurrentAccount] = {}
    for disposition in records.dispositions:
        account = accounts[disposition.account]
        known = first.setdefault(disposition.client, account)
        if (account.opened, account.id) < (known.opened, known.id):
            first[disposition.client] = account
    for client in records.clients:
        account = first[client.id]
        adult_on = _years_after(client.born, ADULT_AT)
        yield (
            client.id,
            CustomerKind.PERSONAL,
            client.born,
            client.sex,
            _branch(account.district),
            account.opened,
            CustomerStatus.ACTIVE if adult_on <= records.as_of else CustomerStatus.MINOR,
        )


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _accounts(records: Records, loans: Iterable[Loan]) -> Iterator[Sequence[Cell]]:
    branches = {account.id: _branch(account.district) for account in records.accounts}
    for account in records.accounts:
        yield (
            account.id,
            "current",
            CURRENCY,
            account.opened,
            None,
            None,
            None,
            branches[account.id],
        )
    for loan in loans:
        yield (
            loan_account(loan.grant.id),
            "loan",
            CURRENCY,
            loan.grant.granted,
            loan.repaid,
            loan.maturity,
            None,
            branches[loan.grant.account],
        )
    accounts_drawn_on = {right.id: right.account for right in records.dispositions}
    for card in records.cards:
        yield (
            card_account(card.id),
            f"card-{card.kind}",
            CURRENCY,
            card.issued,
            None,
            None,
            None,
            branches[accounts_drawn_on[card.disposition]],
        )


def _owners(records: Records) -> Iterator[Sequence[Cell]]:
    for right in records.dispositions:
        yield right.account, right.client, right.role, 1 if right.role == "owner" else None
    for grant in records.loans:
        for right in records.dispositions:
            if right.account == grant.account and right.role == "owner":
                yield loan_account(grant.id), right.client, "owner", 1
    holders = {right.id: right.client for right in records.dispositions}
    for card in records.cards:
        yield card_account(card.id), holders[card.disposition], "owner", 1


def _positions(records: Records, loans: Iterable[Loan]) -> Iterator[Sequence[Cell]]:
    last = last_whole_month(records.as_of)
    for account in records.accounts:
        fees: dict[date, Decimal] = defaultdict(Decimal)
        acts: Counter[tuple[date, Channel]] = Counter()
        for posting in account.postings:
            month = posting.booked.replace(day=1)
            if posting.is_own_act:
                acts[month, posting.channel] += 1
            elif posting.purpose is TransactionPurpose.FEE:
                fees[month] -= posting.amount
        steps = [(end.day, end.balance) for end in day_ends(account.postings)]
        for balance in month_balances(steps, account.opened, last):
            counts = [acts[balance.month, channel] for channel in CHANNELS_IN_USE]
            yield _position(str(account.id), balance, fees=fees[balance.month], acts=counts)
    for loan in loans:
        until = last if loan.repaid is None else min(last, loan.repaid)
        for balance in month_balances(loan.steps(), loan.grant.granted, until):
            yield _loan_position(loan, balance)
    for card in records.cards:
        for balance in month_balances((), card.issued, last):
            yield _position(card_account(card.id), balance)


def _loan_position(loan: Loan, balance: MonthBalance) -> Sequence[Cell]:
    month = balance.month
    end = month.replace(day=monthrange(month.year, month.month)[1])
    before, provided = loan.provision(month - timedelta(days=1)), loan.provision(end)
    is_in_default = loan.is_in_default(end)
    return _position(
        loan_account(loan.grant.id),
        balance,
        # Interest isn't taken as earned while it can't be counted on.
        debit_rate=ZERO if is_in_default else None,
        impairment=provided - before if provided or before else None,
        defaulted="true" if is_in_default else None,
        days_past_due=loan.days_past_due(end),
    )


def _position(
    account: str,
    balance: MonthBalance,
    *,
    debit_rate: Decimal | None = None,
    fees: Decimal = ZERO,
    impairment: Decimal | None = None,
    defaulted: str | None = None,
    days_past_due: int = 0,
    acts: Sequence[int] = NO_ACTS,
) -> Sequence[Cell]:
    return (
        account,
        balance.month,
        balance.credit_average,
        balance.debit_average,
        balance.closing_balance,
        debit_rate,
        fees,
        impairment,
        defaulted,
        days_past_due,
        *acts,
    )


def _transactions(records: Records) -> Iterator[Sequence[Cell]]:
    entries = (
        (posting, account.id) for account in records.accounts for posting in account.postings
    )
    for posting, account in sorted(entries, key=lambda entry: (entry[0].booked, entry[0].id)):
        yield (
            posting.id,
            account,
            posting.booked,
            posting.amount,
            posting.channel,
            posting.purpose,
            posting.counterparty_bank,
        )


def _branches(records: Records) -> Iterator[Sequence[Cell]]:
    yield BANK, "The bank", Level.HEAD_OFFICE, None
    for region in sorted({district.region for district in records.districts}):
        yield _region(region), region, Level.PROVINCE, BANK
    for district in records.districts:
        yield _branch(district.id), district.name, Level.BRANCH, _region(district.region)


def _write(folder: Path, name: str, rows: Iterable[Sequence[Cell]]) -> int:
    written = 0
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS[name])
        for row in rows:
            writer.writerow(["" if cell is None else str(cell) for cell in row])
            written += 1
    return written
