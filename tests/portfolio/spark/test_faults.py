from __future__ import annotations

import traceback

import pytest

from relationship_core.errors import DataError, PluginError, RelationshipError, ReviewError
from relationship_core.portfolio.spark.faults import telling_faults, worker_faults

ERRORS = [
    ReviewError("it can't be", where="a place", mend="change it"),
    DataError("it can't be read", file="customers", line=7, field="born"),
    PluginError("it failed", plugin="star-levels", version="1", hook="rc_models"),
]


class SparkError(Exception):
    """As Spark's own: nothing but the text of what a worker raised."""


def text_of_a_worker(raised: Exception) -> str:
    try:
        with telling_faults():
            raise raised
    except Exception:  # noqa: BLE001 - as Spark does
        return traceback.format_exc()


@pytest.mark.parametrize("raised", ERRORS, ids=lambda error: type(error).__name__)
def test_what_a_worker_raises_is_raised_again_as_it_was(raised: RelationshipError) -> None:
    text = text_of_a_worker(raised)
    with pytest.raises(type(raised)) as caught, worker_faults():
        raise SparkError(f"Job aborted.\n{text}\nat org.apache.spark")
    assert str(caught.value) == str(raised)
    assert caught.value.args == raised.args
    own = {name: one for name, one in vars(raised).items() if not name.startswith("_")}
    assert vars(caught.value).items() >= own.items()
    assert isinstance(caught.value.__cause__, SparkError)


def test_the_text_tells_what_and_where_to_those_who_read_it_there() -> None:
    assert "DataError: customers, line 7, born: it can't be read" in text_of_a_worker(ERRORS[1])


def test_other_errors_come_through_unchanged() -> None:
    text = text_of_a_worker(ZeroDivisionError("by zero"))
    with pytest.raises(SparkError, match="by zero"), worker_faults():
        raise SparkError(text)


def test_an_error_of_ours_comes_through_unchanged() -> None:
    with pytest.raises(ReviewError) as caught, worker_faults():
        raise ERRORS[0]
    assert caught.value is ERRORS[0]


def test_an_error_of_a_kind_unknown_here_is_still_one_of_ours() -> None:
    class NewerError(RelationshipError):
        pass

    text = text_of_a_worker(NewerError("it is new"))
    with pytest.raises(RelationshipError, match="it is new"), worker_faults():
        raise SparkError(text)
