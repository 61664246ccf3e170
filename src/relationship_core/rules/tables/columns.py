"""The columns and rows that a decision table is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from attrs import field, frozen

from relationship_core.errors import TableError
from relationship_core.rules.expression import Expression
from relationship_core.rules.kind import FactValue, Kind, literal_value
from relationship_core.rules.place import Place, calling_place
from relationship_core.rules.tables.cell_reader import CellReader
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.unary_tests import ANYTHING, UnaryTests
from relationship_core.rules.text import several

# What XML can't hold, or what nobody can see. A note may have lines.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def one_line(words: str) -> str:
    """Words on one line, as every form of a table can hold them."""
    return " ".join(_note(words).split())


def _note(text: str) -> str:
    if _UNSEEN.search(text):
        raise TableError(f"{text!r} holds a sign that can't be seen", mend="take it out")
    return text.strip()


def several_names(names: Iterable[str]) -> tuple[str, ...]:
    """Several names, each on one line."""
    return tuple(one_line(each) for each in several(names))


def _notes(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(_note(each) for each in several(notes))


def _still_text(tests: UnaryTests | str) -> UnaryTests:
    return cast("UnaryTests", tests)


@frozen
class Input:
    """A column that rows test.

    Args:
        expression: What is tested, usually a fact.
        label: The column's heading in words; empty for none.
        allowed: What the value has to meet for the table to be asked at all; may be given as text.

    Raises:
        TableError: `allowed` can't be read.
    """

    expression: Expression = field(eq=Expression.canonical)
    label: str = field(default="", converter=one_line)
    allowed: UnaryTests = field(default=ANYTHING, converter=_still_text)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.allowed, str):
            with located(column=self.name):
                allowed = CellReader(self.expression.kind, {}).tests(self.allowed)
            object.__setattr__(self, "allowed", allowed)

    @property
    def name(self) -> str:
        """What the column is called in errors: the fact's name, or the expression."""
        return repr(self.expression)


@frozen
class Output:
    """A column that rows answer in.

    Args:
        name: What the answer is called.
        kind: The kind of its values.
        values: The values it can have, the one of the highest priority first; empty where open.
        default: The answer where no row hits; None for none.

    Raises:
        TableError: A value isn't of the kind, or the default is none of the values.
    """

    name: str = field(converter=one_line)
    kind: Kind = field(converter=Kind)
    values: tuple[FactValue, ...] = field(default=(), converter=several)
    default: FactValue | None = None

    def __attrs_post_init__(self) -> None:
        if not self.name:
            raise TableError("an output has no name", mend="name it")
        with located(column=self.name):
            values = tuple(literal_value(value, self.kind) for value in self.values)
            object.__setattr__(self, "values", values)
            if self.default is not None:
                object.__setattr__(self, "default", self.settled(self.default))

    def settled(self, value: FactValue) -> FactValue:
        """A value as the column holds it.

        Raises:
            KindError: It is of another kind.
            TableError: It is none of the column's values.
        """
        held = literal_value(value, self.kind)
        if self.values and held not in self.values:
            raise TableError(f"{value!r} is none of the values of {self.name}", mend="add it there")
        return held


@frozen
class Row:
    """One rule of a table.

    Args:
        when: A test for each input, as text or already read.
        outputs: A value for each output.
        annotations: A note for each column of notes.
        place: Where it was written; no part of its identity.
    """

    when: tuple[UnaryTests, ...] = field(converter=several)
    outputs: tuple[FactValue, ...] = field(converter=several)
    annotations: tuple[str, ...] = field(default=(), converter=_notes)
    place: Place = field(factory=calling_place, eq=False, repr=False)
