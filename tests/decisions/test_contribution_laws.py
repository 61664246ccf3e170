"""Laws of contribution: order, shares, sums, the ambient context and the future change nothing."""

from __future__ import annotations

import json
import pickle
from datetime import date
from decimal import Decimal, getcontext, localcontext
from functools import reduce
from typing import TypeVar

import attrs
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.accrual import Component, Missing
from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.contribution import (
    Contribution,
    account_parts,
    contribution_facts,
)
from relationship_core.decisions.json_form import converter_for
from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    RelationshipUpkeep,
)
from relationship_core.decisions.twelve_months import OF_ACCOUNTS
from relationship_core.decisions.window import first_day, month_index
from relationship_core.domain.account import Account, Owner
from relationship_core.domain.channel import Channel
from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.money import share_out
from relationship_core.domain.position import Position
from tests.decisions.small_bank import (
    CHECKING,
    FUND,
    GUARANTEE,
    LOAN,
    D,
    account,
    customer,
    every_month,
    parameters,
    reckon,
)

T = TypeVar("T")

OWNERS = ("c", "d", "e")
START = date(2023, 11, 1)
AS_OF = date(2025, 12, 31)
MONTHS = [first_day(index) for index in range(month_index(START), month_index(AS_OF) + 3)]

SETS = tuple(
    parameters(
        version=version,
        valid_from=valid_from,
        products=(
            ProductParameters(
                debit_rate=D("0.061"),
                probability_of_default=D("0.013"),
                conversion_factor=D("0.4"),
                account_upkeep=D("1.37"),
            ),
            ProductParameters("loan", probability_of_default=D("0.02"), risk_weight=D("0.75")),
        ),
        exchange_rates=tuple(
            ExchangeRate(currency, month, D(rate))
            for month in MONTHS
            for currency, rate in (("USD", "7.1234"), ("JPY", "0.0471"))
        ),
        relationship_upkeep=(RelationshipUpkeep(CustomerKind.PERSONAL, D("3.33")),),
        return_on_capital=earned,
        hurdle_rate=D("0.11"),
    )
    for version, valid_from, earned in (
        ("first", date(2020, 1, 1), None),
        ("second", date(2025, 6, 1), D("0.02")),
    )
)

amounts = st.decimals(0, 10_000_000, places=2)
perhaps_rates = st.none() | st.decimals(0, D("0.2"), places=4)
shares = st.builds(Owner, st.sampled_from(OWNERS), st.decimals(D("0.01"), 9, places=2))
joint = st.lists(shares, min_size=1, max_size=3, unique_by=lambda owner: owner.customer_id)


@st.composite
def holdings(draw: st.DrawFn) -> tuple[tuple[Account, ...], tuple[Position, ...]]:
    """Some accounts, most of their months, and some months after the day."""
    accounts = []
    positions: list[Position] = []
    for place in range(draw(st.integers(1, 3))):
        held = account(
            f"a{place}",
            draw(st.sampled_from([CHECKING, LOAN, FUND, GUARANTEE])),
            currency=draw(st.sampled_from(["CNY", "USD", "JPY"])),
            owners=tuple(draw(joint)),
            opened=draw(st.dates(START, date(2026, 1, 31))),
        )
        accounts.append(held)
        months = [month for month in MONTHS if month_index(month) >= month_index(held.opened)]
        absent = draw(st.sets(st.sampled_from(MONTHS), max_size=2))
        kinds = draw(st.lists(months_of(held), min_size=1, max_size=3))
        positions.extend(
            attrs.evolve(kinds[turn % len(kinds)], month=month)
            for turn, month in enumerate(months)
            if month not in absent
        )
    return tuple(accounts), tuple(positions)


def months_of(held: Account) -> st.SearchStrategy[Position]:
    zero = st.just(D(0))
    return st.builds(
        Position,
        st.just(held.id),
        st.just(START),
        credit_average=zero | amounts,
        debit_average=zero | amounts,
        credit_rate=st.just(D("0.01")) | perhaps_rates,
        debit_rate=perhaps_rates,
        undrawn=zero | amounts,
        cash_margin=zero | amounts,
        fees=zero | st.decimals(-1000, 1000, places=3),
        impairment=st.none() | st.decimals(-1000, 1000, places=2),
        defaulted=st.booleans(),
        transactions=st.sampled_from([(), ((Channel.ATM, 3), (Channel.PHONE, 1)), None]),
        owners=st.just(()) | joint.map(tuple),
    )


def of_owner(
    owner: str, accounts: tuple[Account, ...], positions: tuple[Position, ...]
) -> Contribution:
    return reckon(accounts, positions, *SETS, as_of=AS_OF, of=customer(owner))


@given(holdings(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(
    held: tuple[tuple[Account, ...], tuple[Position, ...]], dice: object
) -> None:
    accounts, positions = held
    straight = of_owner("c", accounts, positions)
    mixed = list(positions)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    shuffled = reckon(accounts[::-1], mixed, *SETS[::-1], as_of=AS_OF, of=customer("c"))
    assert shuffled == straight
    assert repr(shuffled) == repr(straight)


@given(holdings())
def test_customers_sum_to_accounts_component_by_component(
    held: tuple[tuple[Account, ...], tuple[Position, ...]],
) -> None:
    accounts, positions = held
    wholes = [part for one in accounts for part in account_parts(one, positions, AS_OF, SETS)]
    of_customers = [part for owner in OWNERS for part in of_owner(owner, *held).year.parts]
    for whole in wholes:
        parts = [part for part in of_customers if part[:2] == whole[:2]]
        for whole_amount, *column in zip(whole[3:], *(part[3:] for part in parts), strict=True):
            known = [amount for amount in column if amount is not None]
            assert whole_amount == (sum(known) if len(known) == len(column) else None)
    assert {part[:2] for part in of_customers} == {whole[:2] for whole in wholes}


@given(joint, amounts)
def test_a_joint_account_is_shared_out_by_largest_remainder(
    owners: list[Owner], fees: Decimal
) -> None:
    given_shares = {owner.customer_id: owner.share for owner in owners}
    held = account(product=FUND, owners=tuple(owners), opened=date(2025, 12, 1))
    parts = {
        owner: reckon(
            [held], [Position("a", date(2025, 12, 1), fees=fees)], of=customer(owner)
        ).fee_income_12m
        for owner in given_shares
    }
    assert parts == share_out(fees, given_shares)


@given(holdings())
def test_every_sum_is_the_total(
    held: tuple[tuple[Account, ...], tuple[Position, ...]],
) -> None:
    year = of_owner("c", *held).year
    steps = year.waterfall()
    assert [step.component for step in steps] == list(Component)
    assert steps[-1].running == year.total
    assert (year.total is None) == bool(year.missing)
    if year.total is None:
        assert None in year.by_account().values()
        assert None in year.by_product().values()
        return
    components = [amount for amount in year.components.values() if amount is not None]
    assert sum(components) == year.total
    for split in (year.by_account(), year.by_product()):
        known = [amount for amount in split.values() if amount is not None]
        assert sum(known) + year.relationship_upkeep == year.total
    for part in year.parts:
        assert part.total == sum(amount for amount in part.amounts if amount is not None)


@given(holdings())
def test_contribution_is_what_capital_earns_above_the_hurdle(
    held: tuple[tuple[Account, ...], tuple[Position, ...]],
) -> None:
    year = of_owner("c", *held).year
    if year.raroc is None or year.total is None or year.capital is None:
        return
    excess = (year.raroc - D("0.11")) * year.capital
    # Half a cent for each rounded charge, a cent where it was shared, half a millionth of RAROC.
    tolerance = D("0.015") * len(year.parts) + year.capital * D("0.000001")
    assert abs(year.total - excess) <= tolerance


@given(holdings())
def test_the_future_changes_nothing(
    held: tuple[tuple[Account, ...], tuple[Position, ...]],
) -> None:
    accounts, positions = held
    past = tuple(position for position in positions if position.month_end <= AS_OF)
    known = tuple(
        attrs.evolve(one, closed=None, repriced=None) for one in accounts if one.opened <= AS_OF
    )
    rows = tuple(one for one in past if one.account_id in {held.id for held in known})
    later = tuple(
        attrs.evolve(
            one,
            closed=max(one.opened, date(2026, 2, 1)),
            repriced=max(one.opened, date(2026, 1, 15)),
        )
        for one in accounts
    )
    assert of_owner("c", later, positions) == of_owner("c", known, rows)


@given(holdings())
def test_the_ambient_decimal_context_changes_nothing(
    held: tuple[tuple[Account, ...], tuple[Position, ...]],
) -> None:
    def everything() -> str:
        contribution = of_owner("c", *held)
        year = contribution.year
        return repr(
            [
                *(contribution, contribution_facts(contribution, None), year.waterfall()),
                *(
                    year.by_account(),
                    year.by_product(),
                    account_parts(held[0][0], held[1], AS_OF, SETS),
                ),
            ]
        )

    usual = everything()
    with localcontext() as context:
        context.prec = 5
        context.rounding = "ROUND_UP"
        assert everything() == usual
        assert getcontext().prec == 5


@given(st.lists(amounts, min_size=1, max_size=4))
def test_components_add_up_in_any_grouping(fees: list[Decimal]) -> None:
    """The total of many accounts is the total of each, added up."""
    accounts = [account(f"a{place}", FUND) for place in range(len(fees))]
    positions = [
        row
        for held, fee in zip(accounts, fees, strict=True)
        for row in every_month(account_id=held.id, fees=fee)
    ]
    together = reckon(accounts, positions)
    apart = [reckon([held], [p for p in positions if p.account_id == held.id]) for held in accounts]
    assert together.total_12m == reduce(
        lambda total, one: total + (one.total_12m or 0), apart, D(0)
    )


def test_a_fresh_interpreter_gets_the_same_from_pickled_parameters() -> None:
    """A set's kept hash is of this process; what crosses to another must not depend on it."""
    positions = every_month(credit_average=D("1234.56"))
    hash(SETS)
    there: tuple[ContributionParameters, ...] = pickle.loads(pickle.dumps(SETS))
    assert there == SETS
    here = reckon([account()], positions, *SETS, as_of=AS_OF)
    assert reckon([account()], positions, *there, as_of=AS_OF) == here
    assert pickle.loads(pickle.dumps(here)) == here


@given(holdings())
def test_what_goes_to_json_comes_back_the_same(
    held: tuple[tuple[Account, ...], tuple[Position, ...]],
) -> None:
    converter = converter_for({})

    def there_and_back(noun: T) -> T:
        return converter.structure(json.loads(json.dumps(converter.unstructure(noun))), type(noun))

    contribution = of_owner("c", *held)
    assert there_and_back(contribution) == contribution
    assert repr(there_and_back(contribution)) == repr(contribution)
    benchmarks = Benchmarks.from_contributions(
        AS_OF, [(CustomerKind.PERSONAL, contribution.total_12m)]
    )
    assert there_and_back(benchmarks) == benchmarks
    assert there_and_back(SETS[1]) == SETS[1]


def test_missing_things_are_listed_once_in_a_settled_order() -> None:
    bare = parameters(products=(ProductParameters(),))
    accounts = [account("b"), account("a")]
    rows = every_month(end=date(2025, 11, 1), account_id="b", credit_average=D(1))
    missing = reckon(accounts, rows, bare).missing
    places = [(one.account_id, one.month) for one in missing]
    assert places == sorted(places)
    assert len(missing) == len(set(missing)) == 24
    assert all(isinstance(one, Missing) for one in missing)
    assert len(OF_ACCOUNTS) == 9
