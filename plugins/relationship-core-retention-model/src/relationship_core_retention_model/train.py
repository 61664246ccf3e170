"""Train a model on a portfolio: `python -m relationship_core_retention_model.train`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from relationship_core.errors import RelationshipError
from relationship_core.portfolio import read_folder
from relationship_core_retention_model.card import card
from relationship_core_retention_model.churn_model import ChurnModel
from relationship_core_retention_model.examples import examples
from relationship_core_retention_model.learning import learn, split
from relationship_core_retention_model.measure import measure


def train(
    folder: Path, *, as_of: date, outcome_as_of: date, seed: int, version: str = "1"
) -> tuple[ChurnModel, str]:
    """A model learnt from a portfolio, and its card; the same for the same portfolio and seed.

    Args:
        folder: The portfolio.
        as_of: The day on which customers are observed; later records aren't read.
        outcome_as_of: The day by which they may have left.
        seed: What decides who is held out.
        version: The model's version.

    Raises:
        DataError: The portfolio can't be read.
        InvalidValueError: The days are in the wrong order, or too few have left to learn anything.
        RelationshipError: scikit-learn isn't installed.
    """
    with read_folder(folder, as_of=as_of) as portfolio:
        found = list(examples(portfolio.dossiers(), as_of, outcome_as_of))
    learnt, held_out = split(found, seed)
    model = learn(learnt, seed, as_of, outcome_as_of, version)
    return model, card(model, measure(model, held_out), learnt_from=len(learnt), seed=seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write the model and its card beside it, and print the card."""
    parser = argparse.ArgumentParser(
        prog="python -m relationship_core_retention_model.train", description=__doc__
    )
    parser.add_argument("--folder", type=Path, required=True, help="the portfolio")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="DAY")
    parser.add_argument("--outcome-as-of", type=date.fromisoformat, required=True, metavar="DAY")
    parser.add_argument("--seed", type=int, required=True, help="who is held out")
    parser.add_argument("--version", default="1", help="the model's version")
    parser.add_argument("--out", type=Path, required=True, help="the model's file, a .json")
    given = parser.parse_args(arguments)
    try:
        model, told = train(
            given.folder,
            as_of=given.as_of,
            outcome_as_of=given.outcome_as_of,
            seed=given.seed,
            version=given.version,
        )
    except RelationshipError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    given.out.write_text(model.to_text(), encoding="utf-8")
    given.out.with_suffix(".md").write_text(told, encoding="utf-8")
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
