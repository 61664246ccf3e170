"""A customer's contribution: windows, RAROC, upkeep, what is missing, and the facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from relationship_core.decisions.accrual import Component, Missing, Part, Unknown
from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.contribution import (
    Contribution,
    account_parts,
    contribute,
    contribution_facts,
)
from relationship_core.decisions.parameters import (
    ProductParameters,
    RelationshipUpkeep,
    TransferPrice,
)
from relationship_core.decisions.twelve_months import Step
from relationship_core.domain.account import Owner
from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.position import Position
from relationship_core.errors import ParameterError
from tests.decisions.small_bank import (
    COUNTED_BY_YEAR,
    FUND,
    LOAN,
    LONG_AGO,
    OPENED,
    YEAR_END,
    D,
    account,
    customer,
    every_month,
    parameters,
    reckon,
)

UPKEEP = (RelationshipUpkeep(CustomerKind.PERSONAL, D(2)),)


def of_the_textbook(
    year: int = 2025, return_on_capital: Decimal | None = None, hurdle: str = "0.10"
) -> Contribution:
    """Loan at 4 %, funds at 1.5 %, operating cost 1 %, expected loss 1 %, capital 8 %."""
    given = parameters(
        transfer_prices=(TransferPrice("CNY", "*", 12, LONG_AGO, D("0.015")),),
        products=(
            ProductParameters(
                debit_rate=D("0.04"),
                probability_of_default=D("0.025"),
                loss_given_default=D("0.4"),
                account_upkeep=D(10_000),
            ),
        ),
        hurdle_rate=D(hurdle),
        return_on_capital=return_on_capital,
    )
    start, end = date(year, 1, 1), date(year, 12, 31)
    return reckon(
        [account(product=COUNTED_BY_YEAR, opened=start)],
        every_month(start, end, debit_average=D(12_000_000)),
        given,
        as_of=end,
    )


@pytest.mark.parametrize("year", [2024, 2025])
def test_raroc_of_the_textbook(year: int) -> None:
    contribution = of_the_textbook(year)
    assert contribution.raroc_12m == D("0.062500")
    assert contribution.capital_12m == pytest.approx(D(960_000), abs=D("0.00001"))


def test_raroc_of_the_textbook_with_the_return_on_capital_counted() -> None:
    plain, counted = of_the_textbook(), of_the_textbook(return_on_capital=D("0.03"))
    assert counted.raroc_12m == D("0.092500")
    assert counted.total_12m is not None
    assert plain.total_12m is not None
    assert counted.total_12m - plain.total_12m == D("28800.01")  # each month to the cent
    assert counted.components_12m[Component.CAPITAL_INCOME] == D("28800.01")


@pytest.mark.parametrize("hurdle", ["0.05", "0.0625", "0.15"])
def test_contribution_is_what_capital_earns_above_the_hurdle(hurdle: str) -> None:
    contribution = of_the_textbook(hurdle=hurdle)
    assert contribution.raroc_12m is not None
    assert contribution.capital_12m is not None
    excess = (contribution.raroc_12m - D(hurdle)) * contribution.capital_12m
    # Twelve months of five components, each half a cent off at most, and half a millionth of RAROC.
    assert contribution.total_12m == pytest.approx(excess, abs=D("0.30") + D("0.48"))


def test_raroc_is_undefined_without_capital() -> None:
    contribution = reckon([account()], every_month(credit_average=D(10_000)))
    assert contribution.total_12m == D("150.01")  # each month to the cent
    assert contribution.capital_12m == 0
    assert contribution.raroc_12m is None


def test_windows_are_the_twelve_months_that_have_ended_and_the_twelve_before() -> None:
    start = date(2023, 1, 1)
    positions = [
        Position("a", p.month, fees=D(p.month.year % 100 * 100 + p.month.month))
        for p in every_month(start, date(2026, 1, 1))
    ]
    contribution = reckon(
        [account(product=FUND, opened=start)], positions, as_of=date(2025, 11, 29)
    )
    months = [part.month for part in contribution.year.parts]
    assert (months[0], months[-1], len(months)) == (date(2024, 11, 1), date(2025, 10, 1), 12)
    months = [part.month for part in contribution.previous.parts]
    assert (months[0], months[-1], len(months)) == (date(2023, 11, 1), date(2024, 10, 1), 12)
    assert contribution.parts == contribution.previous.parts + contribution.year.parts
    assert contribution.total_12m == 10 * 2500 + 2 * 2400 + sum(range(1, 13))
    assert contribution.total_previous_12m == 10 * 2400 + 2 * 2300 + sum(range(1, 13))


def test_a_month_counts_on_its_last_day() -> None:
    positions = every_month(fees=D(10))
    fund = account(product=FUND)
    before = reckon([fund], positions, as_of=date(2025, 12, 30))
    assert before.fee_income_12m == D("110.00")
    assert reckon([fund], positions, as_of=YEAR_END).fee_income_12m == D("120.00")


def test_a_window_with_an_owed_month_absent_is_missing_and_says_which() -> None:
    positions = [p for p in every_month(fees=D(10)) if p.month != date(2025, 3, 1)]
    contribution = reckon([account(product=FUND)], positions)
    gap = Missing(Unknown.POSITION, "a", "fund", date(2025, 3, 1))
    assert contribution.missing == (gap,)
    assert contribution.total_12m is None
    assert contribution.fee_income_12m is None
    assert contribution.capital_12m is None
    assert contribution.raroc_12m is None
    assert set(contribution.components_12m.values()) == {None, D("0.00")}
    assert contribution.by_account() == {"a": None}
    assert contribution.by_product() == {"fund": None}
    assert contribution.waterfall()[0] == Step(Component.DEPOSIT_MARGIN, None, None)
    assert contribution.total_previous_12m == 0


def test_absence_in_the_year_before_leaves_the_latest_year_known() -> None:
    contribution = reckon(
        [account(product=FUND, opened=date(2024, 11, 9))], every_month(fees=D(10))
    )
    assert contribution.total_12m == D("120.00")
    assert contribution.total_previous_12m is None
    assert [one.month for one in contribution.previous.missing] == [
        date(2024, 11, 1),
        date(2024, 12, 1),
    ]


def test_what_is_not_known_of_one_account_leaves_the_others_known() -> None:
    given = parameters(products=(ProductParameters(credit_rate=D("0.005")),))
    contribution = reckon(
        [account("loan", LOAN), account("fund", FUND), account("fund 2", FUND), account("spare")],
        every_month(account_id="loan", debit_average=D(100_000), fees=D(1))
        + every_month(account_id="fund", fees=D(10))
        + every_month(account_id="fund 2", fees=D(5))
        + every_month(account_id="spare"),
        given,
    )
    assert contribution.total_12m is None
    assert contribution.fee_income_12m == D("192.00")
    assert contribution.capital_12m == D("8000.000003")
    assert contribution.raroc_12m is None
    assert contribution.by_account() == {
        "fund": D("120.00"),
        "fund 2": D("60.00"),
        "loan": None,
        "spare": D("0.00"),
    }
    assert contribution.by_product() == {"checking": D("0.00"), "fund": D("180.00"), "loan": None}
    components = contribution.components_12m
    assert components[Component.LENDING_MARGIN] is None
    assert components[Component.EXPECTED_LOSS] is None
    assert components[Component.FEES] == D("192.00")
    assert components[Component.CAPITAL_CHARGE] == D("-800.02")
    steps = contribution.waterfall()
    assert steps[0].running == 0
    assert {step.running for step in steps[1:]} == {None}


def test_accounts_that_were_not_given_make_all_missing() -> None:
    contribution = reckon(None, None, parameters(relationship_upkeep=UPKEEP))
    assert contribution.missing == (Missing(Unknown.ACCOUNTS),)
    assert contribution.total_12m is None
    assert contribution.total_previous_12m is None
    assert contribution.by_account() == {}
    assert contribution.by_product() == {}


def test_positions_that_were_not_given_matter_where_they_are_owed() -> None:
    assert reckon([account()], None).total_12m is None
    opened_now = account(opened=date(2026, 1, 5))
    assert reckon([opened_now], None, as_of=date(2026, 1, 10)).total_12m == 0


def test_a_prospect_costs_the_relationships_upkeep() -> None:
    given = parameters(relationship_upkeep=UPKEEP)
    contribution = reckon((), (), given)
    assert contribution.total_12m == D("-24.00")
    assert contribution.total_previous_12m == D("-24.00")
    assert contribution.growth is None
    assert reckon((), ()).total_12m == 0
    assert reckon((), None, given).total_12m == D("-24.00")


@pytest.mark.parametrize(
    ("since", "closed", "opened", "this", "before"),
    [
        ("2025-11-30", None, None, -4, 0),
        ("2024-11-30", None, None, -24, -4),
        ("2024-11-30", "2025-02-01", None, -4, -4),
        ("2024-11-30", "2024-12-24", None, 0, -4),
        ("2024-11-30", "2026-01-01", None, -24, -4),
        ("2026-02-01", None, None, 0, 0),
        (None, None, "2025-10-31", -6, 0),
        ("2025-12-01", None, "2025-10-31", -6, 0),
        ("2025-08-01", None, "2025-10-31", -10, 0),
    ],
)
def test_a_relationship_costs_from_its_beginning_to_its_closing(
    since: str | None, closed: str | None, opened: str | None, this: int, before: int
) -> None:
    person = customer(
        since=since and date.fromisoformat(since), closed=closed and date.fromisoformat(closed)
    )
    accounts = [account(product=FUND, opened=date.fromisoformat(opened))] if opened else []
    contribution = reckon(
        accounts,
        every_month(accounts[0].opened) if accounts else (),
        parameters(relationship_upkeep=UPKEEP),
        of=person,
    )
    assert contribution.total_12m == this
    assert contribution.total_previous_12m == before


def test_growth_compares_with_the_year_before_whatever_its_sign() -> None:
    start = date(2024, 1, 1)
    fund = account(product=FUND, opened=start)

    def growth(before: int, after: int) -> Decimal | None:
        return reckon(
            [fund],
            every_month(start, date(2024, 12, 1), fees=D(before))
            + every_month(OPENED, YEAR_END, fees=D(after)),
        ).growth

    assert growth(100, 150) == D("0.5")
    assert growth(-100, 50) == D("1.5")
    assert growth(100, -50) == D("-1.5")
    assert growth(0, 50) is None


def test_growth_is_missing_with_less_than_two_years_of_history() -> None:
    start = date(2024, 2, 1)
    contribution = reckon([account(product=FUND, opened=start)], every_month(start, fees=D(100)))
    assert contribution.total_previous_12m == D("1100.00")
    assert contribution.history_months == 23
    assert contribution.growth is None
    assert reckon([account(product=FUND)], ()).growth is None


def test_growth_is_missing_where_nobody_knows_when_it_began() -> None:
    known = customer(since=date(2020, 1, 1))
    upkeep = parameters(relationship_upkeep=UPKEEP)
    assert reckon((), (), upkeep, of=known).growth == 0
    unknown = reckon((), (), upkeep)
    assert unknown.total_12m == unknown.total_previous_12m != 0
    assert unknown.growth is None


def test_owners_of_the_month_win_over_the_accounts() -> None:
    """The customer sold the account in July: earlier months are still the customer's."""
    sold = account(product=FUND, owners=(Owner("other"),))
    positions = every_month(end=date(2025, 6, 1), fees=D(9), owners=(Owner("c"), Owner("d")))
    positions += every_month(date(2025, 7, 1), fees=D(9))
    contribution = reckon([sold], positions)
    assert contribution.fee_income_12m == D("27.00")
    assert len(contribution.year.parts) == 6
    assert contribution.missing == ()
    incomplete = reckon([sold], positions[:-1])
    assert [one.month for one in incomplete.missing] == [date(2025, 12, 1)]


def test_who_is_only_authorised_owns_nothing_and_owes_nothing() -> None:
    others = account(product=FUND, owners=(Owner("other"),), authorised=("c",))
    contribution = reckon([others], every_month(end=date(2025, 6, 1), fees=D(9)))
    assert contribution.total_12m == 0
    assert contribution.parts == ()
    assert contribution.missing == ()


def test_an_account_opened_after_the_day_is_not_read() -> None:
    """Not even its currency, for which no rate exists."""
    later = account("later", FUND, currency="EUR", opened=date(2026, 1, 1))
    contribution = reckon([account(product=FUND), later], every_month(fees=D(10)))
    assert contribution.total_12m == D("120.00")


def test_parameters_change_with_the_month() -> None:
    old = parameters(version="old", products=(ProductParameters(account_upkeep=D(1)),))
    new = parameters(
        version="new",
        valid_from=date(2025, 7, 1),
        products=(ProductParameters(account_upkeep=D(3)),),
    )
    contribution = reckon([account()], every_month(), new, old)
    assert contribution.total_12m == D("-24.00")


def test_no_set_in_force_in_a_month_is_an_error_that_says_how_to_mend() -> None:
    late = parameters(valid_from=date(2025, 2, 1))
    with pytest.raises(ParameterError, match=r"2025-01-31.*valid_from is 2025-01-31 or earlier"):
        reckon([account()], every_month(), late)


def test_an_accounts_own_months_are_whole_and_ascending() -> None:
    joint = account(product=FUND, owners=(Owner("c"), Owner("d")))
    positions = every_month(fees=D(10))[::-1] + every_month(account_id="b", fees=D(99))
    parts = account_parts(joint, positions, YEAR_END, [parameters()])
    assert [part.month for part in parts] == [p.month for p in every_month()]
    assert {part.fees for part in parts} == {D("10.00")}
    assert account_parts(joint, positions, date(2024, 12, 31), [parameters()]) == ()
    unopened = account(product=FUND, opened=date(2026, 1, 1))
    assert account_parts(unopened, positions, YEAR_END, [parameters()]) == ()


def test_the_facts_are_at_their_kinds_scales() -> None:
    start = date(2024, 1, 1)
    contribution = reckon(
        [account(product=LOAN, opened=start), account("f", FUND, opened=start)],
        every_month(start, debit_average=D(100_000))
        + every_month(start, account_id="f", fees=D(7)),
    )
    benchmarks = Benchmarks.from_contributions(
        YEAR_END, [(CustomerKind.PERSONAL, D(amount)) for amount in range(0, 4000, 40)]
    )
    assert contribution_facts(contribution, benchmarks) == {
        "contribution_12m": D("1883.98"),
        "contribution_previous_12m": D("1892.21"),
        "contribution_growth": D("-0.004349"),
        "contribution_percentile": D("0.474000"),
        "raroc_12m": D("0.335500"),
        "fee_income_12m": D("84.00"),
    }


def test_facts_that_rest_on_something_unknown_are_missing() -> None:
    benchmarks = Benchmarks.from_contributions(YEAR_END, [(CustomerKind.PERSONAL, D(5))])
    nothing = contribution_facts(reckon(None, None), benchmarks)
    assert set(nothing.values()) == {None}
    known = contribution_facts(reckon((), ()), None)
    assert known["contribution_12m"] == 0
    assert known["contribution_percentile"] is None


def test_a_contribution_says_whose_and_when() -> None:
    contribution = contribute(Dossier(customer()), YEAR_END, [parameters()])
    assert (contribution.customer_id, contribution.kind) == ("c", CustomerKind.PERSONAL)
    assert (contribution.as_of, contribution.currency) == (YEAR_END, "CNY")


def test_a_part_names_its_components() -> None:
    assert Part._fields[3:12] == tuple(component.value for component in Component)[:-1]
