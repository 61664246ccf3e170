"""A generated bank to try things on: believable, repeatable, and nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from relationship_core.domain import Dossier
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio.publication import published
from relationship_core.portfolio.sample.catalogue import TREE
from relationship_core.portfolio.sample.chance import Chance
from relationship_core.portfolio.sample.dirt import Dirt, DirtyWriter, Planted
from relationship_core.portfolio.sample.months import LAST_DAY
from relationship_core.portfolio.sample.numbering import Numbering
from relationship_core.portfolio.sample.organisation import organisation_group
from relationship_core.portfolio.sample.person import personal_group
from relationship_core.portfolio.watching import Watch, unwatched

__all__ = [
    "LAST_DAY",
    "TREE",
    "Dirt",
    "Planted",
    "Sample",
    "sample_dossiers",
    "write_sample",
]

_ORGANISATIONS = 0.09


@attrs.frozen
class Sample:
    """What was written.

    Args:
        customers: How many there are.
        planted: The dirty cells, in the order in which they were written.
    """

    customers: int
    planted: tuple[Planted, ...]


def sample_dossiers(customers: int, seed: int) -> Iterator[Dossier]:
    """Generate clean dossiers, customer by customer; the same ones for the same seed.

    Args:
        customers: How many; the first of them are the same however many there are.
        seed: Any whole number.

    Raises:
        InvalidValueError: The number of customers is not above zero.
    """
    if customers < 1:
        raise InvalidValueError("is not above zero", where="customers")
    chance, numbering = Chance(seed), Numbering()
    room = customers
    while room:
        group = organisation_group if chance.happens(_ORGANISATIONS) else personal_group
        for file in group(chance, numbering, room):
            yield file.dossier()
            room -= 1


def write_sample(
    path: Path | str, *, customers: int, seed: int, watch: Watch = unwatched
) -> Sample:
    """Write a generated bank as a portfolio folder, a few dirty rows included.

    The same seed gives the same bytes. History runs from April 2025 to `LAST_DAY`, bookings from
    December 2025.

    Args:
        path: The folder, new or empty.
        customers: How many.
        seed: Any whole number.
        watch: Sees the dossiers go by.

    Raises:
        DataError: The folder holds something already.
        InvalidValueError: The number of customers is not above zero.
    """
    with published(Path(path)) as folder, DirtyWriter(folder, TREE) as writer:
        for dossier in watch("generating", customers, sample_dossiers(customers, seed)):
            writer.write(dossier)
    return Sample(customers, tuple(writer.planted))
