"""What the bank had on record on one day: nothing dated later is read.

Nor is what has no date read: the standing orders, the frequency of statements, a loan's status (its
outcome as of 1998), a district's figures. The dispositions have no date either, but say who may act
on an account at all: they are taken to hold from the account's first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeVar

import attrs

from relationship_core.domain.channel import Channel
from relationship_core.domain.transaction import TransactionPurpose
from relationship_core.errors import DataError

from .source import Row, read_rows


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


_Numbered = TypeVar("_Numbered", bound=_HasId)

SIGNS = {"PRIJEM": 1, "VYDAJ": -1, "VYBER": -1}

# There was nothing online in 1993, and no mark of a clerk on a transfer: 98 % of the outgoing ones
# repeat payee and amount as a standing order does, and what comes in comes by the clearing. A card
# withdrew cash only: each of its amounts is a whole hundred.
CHANNELS = {
    "": Channel.AUTOMATIC,
    "VKLAD": Channel.COUNTER,
    "VYBER": Channel.COUNTER,
    "VYBER KARTOU": Channel.ATM,
    "PREVOD Z UCTU": Channel.AUTOMATIC,
    "PREVOD NA UCET": Channel.AUTOMATIC,
}
PURPOSES_BY_OPERATION = {
    "": TransactionPurpose.OTHER,
    "VKLAD": TransactionPurpose.CASH,
    "VYBER": TransactionPurpose.CASH,
    "VYBER KARTOU": TransactionPurpose.CASH,
    "PREVOD Z UCTU": TransactionPurpose.TRANSFER,
    "PREVOD NA UCET": TransactionPurpose.TRANSFER,
}
PURPOSES_BY_SYMBOL = {
    "": None,
    "UROK": TransactionPurpose.INTEREST,
    "SLUZBY": TransactionPurpose.FEE,
    "SANKC. UROK": TransactionPurpose.PENALTY,
    "SIPO": TransactionPurpose.HOUSEHOLD,
    "DUCHOD": TransactionPurpose.PENSION,
    "POJISTNE": TransactionPurpose.INSURANCE,
    "UVER": TransactionPurpose.LOAN_PAYMENT,
}
ACTS_OF_THE_BANK = frozenset(
    {TransactionPurpose.INTEREST, TransactionPurpose.FEE, TransactionPurpose.PENALTY}
)
ROLES = {"OWNER": "owner", "DISPONENT": "authorised"}
CARD_TYPES = {"junior": "junior", "classic": "classic", "gold": "gold"}


@attrs.frozen
class Posting:
    """One line of an account's log: the amount signed, and the balance recorded after it."""

    id: int
    booked: date
    amount: Decimal
    balance: Decimal
    channel: Channel
    purpose: TransactionPurpose
    counterparty_bank: str = ""

    @property
    def is_own_act(self) -> bool:
        """Whether the customer's side moved it, not the bank by interest, fee or penalty."""
        return self.purpose not in ACTS_OF_THE_BANK


@attrs.frozen
class CurrentAccount:
    """A current account, the district of its branch, and its log in the order of the file."""

    id: int
    district: int
    opened: date
    postings: tuple[Posting, ...]


@attrs.frozen
class Disposition:
    """A client's right over an account: `owner` or `authorised`."""

    id: int
    client: int
    account: int
    role: str


@attrs.frozen
class Client:
    """A person."""

    id: int
    born: date = attrs.field(repr=False)
    sex: str = attrs.field(repr=False)


@attrs.frozen
class LoanGrant:
    """A loan as granted: the amount is the instalment times the number of instalments."""

    id: int
    account: int
    granted: date
    amount: Decimal
    instalments: int
    instalment: Decimal


@attrs.frozen
class Card:
    """A card issued to whoever holds the disposition."""

    id: int
    disposition: int
    kind: str
    issued: date


@attrs.frozen
class District:
    """A district and its region: where a branch stands."""

    id: int
    name: str
    region: str


@attrs.frozen
class Records:
    """All that was on record on `as_of`, each tuple in ascending order of id."""

    as_of: date
    accounts: tuple[CurrentAccount, ...]
    dispositions: tuple[Disposition, ...]
    clients: tuple[Client, ...]
    loans: tuple[LoanGrant, ...]
    cards: tuple[Card, ...]
    districts: tuple[District, ...]


def read_records(source: Path, as_of: date) -> Records:
    """Read what the bank had on record at the end of a day.

    Args:
        source: The folder of the eight files.
        as_of: The day. What is dated later is passed over before another field of it is read.

    Raises:
        DataError: A file can't be read, the records contradict each other, or the log doesn't reach
            the day.
    """
    accounts = _read_accounts(source, as_of)
    ids = {account.id for account in accounts}
    dispositions = tuple(
        Disposition(
            row.whole("disp_id"),
            row.whole("client_id"),
            row.whole("account_id"),
            row.code("type", ROLES),
        )
        for row in read_rows(source, "disp", "disp_id", "client_id", "account_id", "type")
        if row.whole("account_id") in ids
    )
    named = {right.client for right in dispositions}
    clients = tuple(
        Client(row.whole("client_id"), *row.born("birth_number"))
        for row in read_rows(source, "client", "client_id", "birth_number")
        if row.whole("client_id") in named
    )
    districts = tuple(
        District(row.whole("A1"), row.text("A2"), row.text("A3"))
        for row in read_rows(source, "district", "A1", "A2", "A3")
    )
    loans = _read_loans(source, as_of)
    cards = _read_cards(source, as_of)
    _refuse_strays("account.asc", (one.district for one in accounts), "districts", districts)
    _refuse_strays("disp.asc", named, "clients", clients)
    _refuse_strays("loan.asc", (loan.account for loan in loans), "open accounts", accounts)
    _refuse_strays("card.asc", (card.disposition for card in cards), "dispositions", dispositions)
    return Records(
        as_of,
        accounts=_by_id(accounts),
        dispositions=_by_id(dispositions),
        clients=_by_id(clients),
        loans=_by_id(loans),
        cards=_by_id(cards),
        districts=_by_id(districts),
    )


def _read_accounts(source: Path, as_of: date) -> tuple[CurrentAccount, ...]:
    log = _read_log(source, as_of)
    accounts = tuple(
        CurrentAccount(
            row.whole("account_id"),
            row.whole("district_id"),
            row.day("date"),
            tuple(log.get(row.whole("account_id"), ())),
        )
        for row in read_rows(source, "account", "account_id", "district_id", "date")
        if row.day("date") <= as_of
    )
    _refuse_strays("trans.asc", log, "open accounts", accounts)
    if any(one.postings and one.postings[0].booked < one.opened for one in accounts):
        raise DataError("a transaction precedes the opening of its account", file="trans.asc")
    return accounts


def _read_log(source: Path, as_of: date) -> dict[int, list[Posting]]:
    columns = (
        "trans_id",
        "account_id",
        "date",
        "type",
        "operation",
        "amount",
        "balance",
        "k_symbol",
        "bank",
    )
    log: dict[int, list[Posting]] = {}
    reaches = date.min
    for row in read_rows(source, "trans", *columns):
        booked = row.day("date")
        reaches = max(reaches, booked)
        if booked <= as_of:
            log.setdefault(row.whole("account_id"), []).append(_posting(row, booked))
    if (reaches.year, reaches.month) < (as_of.year, as_of.month):
        raise DataError(
            f"the log ends on {reaches}, before the month of the review",
            file="trans.asc",
            mend="review as of a day of the log's months",
        )
    for postings in log.values():
        postings.sort(key=lambda posting: posting.booked)
    return log


def _posting(row: Row, booked: date) -> Posting:
    by_symbol = row.code("k_symbol", PURPOSES_BY_SYMBOL)
    purpose = by_symbol or row.code("operation", PURPOSES_BY_OPERATION)
    # A loan's instalments carry a clearing code too, though the loan they repay is this bank's own.
    elsewhere = "" if purpose is TransactionPurpose.LOAN_PAYMENT else row.text("bank")
    return Posting(
        row.whole("trans_id"),
        booked,
        row.code("type", SIGNS) * row.amount("amount"),
        row.balance("balance"),
        Channel.AUTOMATIC if purpose in ACTS_OF_THE_BANK else row.code("operation", CHANNELS),
        purpose,
        elsewhere,
    )


def _read_loans(source: Path, as_of: date) -> tuple[LoanGrant, ...]:
    columns = ("loan_id", "account_id", "date", "amount", "duration", "payments")
    loans = tuple(
        LoanGrant(
            row.whole("loan_id"),
            row.whole("account_id"),
            row.day("date"),
            row.amount("amount"),
            row.whole("duration"),
            row.amount("payments"),
        )
        for row in read_rows(source, "loan", *columns)
        if row.day("date") <= as_of
    )
    if len({loan.account for loan in loans}) < len(loans):
        raise DataError(
            "two loans are paid from one account: their payments can't be told apart",
            file="loan.asc",
        )
    return loans


def _read_cards(source: Path, as_of: date) -> tuple[Card, ...]:
    return tuple(
        Card(
            row.whole("card_id"),
            row.whole("disp_id"),
            row.code("type", CARD_TYPES),
            row.day("issued"),
        )
        for row in read_rows(source, "card", "card_id", "disp_id", "type", "issued")
        if row.day("issued") <= as_of
    )


def _by_id(things: tuple[_Numbered, ...]) -> tuple[_Numbered, ...]:
    return tuple(sorted(things, key=lambda thing: thing.id))


def _refuse_strays(file: str, named: Iterable[int], what: str, known: tuple[_HasId, ...]) -> None:
    strays = set(named).difference(thing.id for thing in known)
    if strays:
        raise DataError(f"it names {what} that aren't on record: {len(strays)}", file=file)
