"""An error says what was wrong, where and how to mend it, and crosses process borders whole."""

from __future__ import annotations

import pickle

import pytest

from relationship_core.errors import (
    DataError,
    InvalidValueError,
    KindError,
    MissingExtraError,
    ParameterError,
    PluginError,
    RelationshipError,
    TableError,
    UnknownFactError,
    UnsupportedError,
)

ERRORS = [
    InvalidValueError("an amount can't be NaN", where="Money.amount", mend="leave it out"),
    PluginError("raised ValueError", plugin="northern-bank", version="1.2", hook="rc_facts"),
    DataError("isn't a date", file="accounts.csv", line=7, field="opened", mend="write 2026-06-30"),
    MissingExtraError("batch", needed_for="reading Parquet"),
    UnsupportedError("arithmetic", file="fees.dmn", line=7, column="fee", mend="write a value"),
]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RelationshipError("went wrong"), "went wrong"),
        (RelationshipError("went wrong", where="here"), "here: went wrong"),
        (RelationshipError("went wrong", mend="mend it"), "went wrong (mend it)"),
        (RelationshipError("wrong", where="here", mend="mend it"), "here: wrong (mend it)"),
        (PluginError("raised", plugin="northern-bank"), "plugin northern-bank: raised"),
        (
            PluginError("raised", plugin="northern-bank", version="1.2", hook="rc_facts"),
            "plugin northern-bank 1.2, rc_facts: raised",
        ),
        (TableError("has no output", where="table fees"), "table fees: has no output"),
        (
            UnsupportedError("arithmetic", file="fees.dmn", line=7, column="fee"),
            "fees.dmn, line 7, column fee: arithmetic isn't supported",
        ),
        (DataError("isn't there", file="customers.csv"), "customers.csv: isn't there"),
        (
            DataError("isn't a date", file="accounts.csv", line=7, field="opened"),
            "accounts.csv, line 7, opened: isn't a date",
        ),
        (
            MissingExtraError("batch", needed_for="reading Parquet"),
            "reading Parquet needs the extra 'batch', which isn't installed"
            ' (install it: pip install "relationship-core[batch]")',
        ),
    ],
)
def test_the_message_joins_where_what_and_how_to_mend(
    error: RelationshipError, message: str
) -> None:
    assert str(error) == message


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_crosses_a_process_border_whole(error: RelationshipError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


@pytest.mark.parametrize(
    ("error", "family"),
    [
        (InvalidValueError, ValueError),
        (KindError, TypeError),
        (UnknownFactError, LookupError),
        (ParameterError, LookupError),
        (MissingExtraError, ImportError),
    ],
)
def test_an_error_is_also_the_built_in_one_that_callers_expect(
    error: type[RelationshipError], family: type[Exception]
) -> None:
    assert issubclass(error, family)
    assert issubclass(error, RelationshipError)
