"""The model card: what a model is, how good, and what it isn't for; nothing of any customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relationship_core_retention_model.churn_model import ChurnModel, Input
from relationship_core_retention_model.measure import Measures


def card(model: ChurnModel, measures: Measures, *, learnt_from: int, seed: int) -> str:
    """The card of a model, as Markdown; the same model and measures give the same bytes.

    Args:
        model: The model.
        measures: How good it is on the customers held out.
        learnt_from: How many customers it learnt from.
        seed: What decided who was held out.
    """
    return "\n".join(
        [
            f"# Model card: churn {model.version}",
            "",
            f"- Digest: `{model.digest}`",
            "- Kind: logistic regression over facts of the catalogue; its score is the fact"
            " `churn.probability`.",
            f"- Learnt from {learnt_from} customers as observed on {model.as_of}, drawn with the"
            f" seed {seed}; their hash is `{model.examples}`.",
            f"- Outcome by {model.outcome_as_of}: closed, silent for three months, or assets down"
            " by 30 % since the first day. Customers who weren't there any more on the first day"
            " aren't counted.",
            f"- Measured on {measures.customers} customers held out, of whom {measures.leavers}"
            f" left; {measures.unscored} of them get no score.",
            "",
            "## How good it is",
            "",
            *_table(
                ("measure", "value"),
                [
                    ("AUC", f"{measures.auc:.3f}"),
                    ("Brier score", f"{measures.brier:.4f}"),
                    ("Brier score of the base rate", f"{measures.brier_of_base_rate:.4f}"),
                ],
            ),
            "",
            "Calibration, by tenths of the score:",
            "",
            *_table(
                ("tenth", "customers", "mean score", "part who left"),
                (
                    (str(place), str(one.customers), f"{one.expected:.3f}", f"{one.observed:.3f}")
                    for place, one in enumerate(measures.deciles, 1)
                ),
            ),
            "",
            "If all from a score on are taken for leaving:",
            "",
            *_table(
                ("score from", "part of all", "of them left", "of the leavers found"),
                (
                    (
                        f"{cut.threshold:.1f}",
                        f"{cut.flagged:.3f}",
                        f"{cut.precision:.3f}",
                        f"{cut.recall:.3f}",
                    )
                    for cut in measures.cuts
                ),
            ),
            "",
            "## What it reads",
            "",
            "The weight is what one deviation adds to the log-odds of leaving. Where a fact without"
            " a weight for missing is missing, there is no score.",
            "",
            *_table(("fact", "form", "weight", "weight if missing"), _inputs(model.inputs)),
            "",
            "## Protected groups",
            "",
            "Age and sex aren't read, nor what stands in for them. How often somebody of a group"
            " scores above somebody who isn't in it (0.5: the score doesn't tell):",
            "",
            *_table(
                ("group", "AUC"),
                ((group, f"{value:.3f}") for group, value in sorted(measures.groups.items())),
            ),
            "",
            "## What it is not",
            "",
            "It doesn't say why somebody leaves, or that an offer would keep them; it is no ground"
            " to refuse, price or end anything. It is good for the bank and the season it learnt"
            " from: train it anew on your own, and before it expires.",
            "",
        ]
    )


def _inputs(inputs: Iterable[Input]) -> Iterator[tuple[str, ...]]:
    for each in inputs:
        missing = "none" if each.missing_weight is None else f"{each.missing_weight:+.3f}"
        yield f"`{each.fact}`", each.form.value, f"{each.weight:+.3f}", missing


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |"
