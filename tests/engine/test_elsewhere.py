"""An engine in other processes and threads decides the same."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from relationship_core import Dossier, Engine, Review, Standing
from tests.decisions.observed_customer import (
    AS_OF,
    LOAN,
    OPENED,
    account,
    customer,
    rows,
)
from tests.engine.bank import MANY, NorthernBank, northern

D = Decimal


def dossiers() -> list[Dossier]:
    """A few customers of several nodes, some of them reviewed before."""
    found = []
    for size in (0, 40, 9_000, 800_000, 60_000_000):
        for scope in ((), ("north",), ("north", "harbour")):
            positions = rows(range(26), credit_average=D(size), closing_balance=D(size))
            held = Standing("formation", OPENED, "ordinary", OPENED) if size > 40 else None
            found.append(
                Dossier(
                    customer(since=OPENED),
                    accounts=(account(), account("l", LOAN)),
                    positions=positions if size % 3 else (),
                    scope=scope,
                    standing=held,
                )
            )
    return found


def review_by(engine: bytes, dossier: Dossier) -> tuple[Review, str]:
    """A review in the process this runs in."""
    review = pickle.loads(engine).review(dossier, AS_OF, MANY)
    return review, review.explain()


def test_an_engine_decides_the_same_in_another_process() -> None:
    carried = pickle.dumps(northern())
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=apart) as pool:
        found = list(pool.map(partial(review_by, carried), dossiers(), chunksize=8))
    expected = list(northern().review_many(dossiers(), AS_OF, MANY))
    assert [review for review, _ in found] == expected
    assert [told for _, told in found] == [review.explain() for review in expected]
    assert [review.inputs for review, _ in found] == [review.inputs for review in expected]


def test_a_pickled_engine_is_the_same() -> None:
    engine = northern()
    before = pickle.dumps(engine)
    list(engine.review_many(dossiers(), AS_OF))
    assert pickle.loads(before) == pickle.loads(pickle.dumps(engine)) == engine


def test_a_pickled_review_carries_neither_the_dossier_nor_the_rule_book() -> None:
    review = northern().review(dossiers()[-1], AS_OF)
    carried = pickle.dumps(review)
    assert b"relationship_core.domain.dossier" not in carried
    assert b"rule_book\x94" not in carried.replace(b"_rule_book", b"")
    assert len(carried) < len(pickle.dumps(northern()))


def test_threads_share_an_engine() -> None:
    engine = Engine.from_plugins(NorthernBank())
    days = [AS_OF - timedelta(days=back) for back in (0, 40)]
    asked = [(dossier, day) for dossier in dossiers() for day in days] * 4

    def ask(each: tuple[Dossier, Any]) -> tuple[Review, int]:
        dossier, day = each
        return engine.review(dossier, day), id(engine.effective(dossier.scope, day))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, asked))
    alone = Engine.from_plugins(NorthernBank())
    assert [review for review, _ in found] == [alone.review(*each) for each in asked]
    assert len({book for _, book in found}) == 2
