"""The types that a DMN file declares, as kinds of value."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from relationship_core.errors import RuleError, TableError, UnsupportedError
from relationship_core.rules.kind import Kind
from relationship_core.rules.tables.dmn_tree import OURS, Element

BASE_KINDS = {
    "number": Kind.NUMBER,
    "string": Kind.CATEGORY,
    "boolean": Kind.FLAG,
    "date": Kind.DATE,
}
"""The types of FEEL that tables can hold, with the kind that each becomes."""

_DEEPEST = 20
_MOST_PARTS = 10_000
"""More than any customer has, fewer than structures within structures can be made to have."""


def base_type(kind: Kind) -> str:
    """The type of FEEL that holds the values of a kind."""
    if kind.is_numeric:
        return "number"
    return next(name for name, each in BASE_KINDS.items() if each is kind)


@frozen
class DmnType:
    """A type, as far as tables can hold it.

    Args:
        kind: The kind of its values; None where it says nothing, or has parts.
        parts: The types of its parts by name, where it is a structure.
        is_list: Whether it holds several.
        allowed: The test that its values meet, as text.
        refused: Why no table can hold it, if none can.
    """

    kind: Kind | None = None
    parts: Mapping[str, DmnType] = field(factory=dict)
    is_list: bool = False
    allowed: str = ""
    refused: str = ""


UNTYPED = DmnType()


class Types:
    """The types of one file."""

    def __init__(self, root: Element, file: str) -> None:
        self._file = file
        self._parts = 0
        self._declared = {each.get("name"): each for each in root.all("itemDefinition")}

    def of(self, element: Element | None) -> DmnType:
        """The type that an element's `typeRef` names, of the kind that our own export adds.

        Raises:
            TableError: The kind doesn't fit the type.
        """
        if element is None:
            return UNTYPED
        self._parts = 0
        return self._with_kind(self._named(element.get("typeRef"), 0), element)

    def _named(self, reference: str, depth: int) -> DmnType:
        name = reference if reference in self._declared else reference.rpartition(":")[2]
        name = name.removeprefix("feel.")
        if name in self._declared:
            return self._item(self._declared[name], depth + 1)
        if name in {"", "Any"}:
            return UNTYPED
        if name in BASE_KINDS:
            return DmnType(BASE_KINDS[name])
        return DmnType(refused=f"the type {name!r}")

    def _item(self, item: Element, depth: int) -> DmnType:
        self._parts += 1
        if depth > _DEEPEST or self._parts > _MOST_PARTS:
            return DmnType(
                refused=f"the type {item.get('name')!r}, which holds itself or too much,"
            )
        if odd := next(item.all("functionItem", "typeConstraint"), None):
            return DmnType(refused=f"the type {item.get('name')!r} with its {odd.name}")
        is_list = item.get("isCollection") == "true"
        parts = {
            each.get("name"): self._item(each, depth + 1) for each in item.all("itemComponent")
        }
        if parts:
            return DmnType(parts=parts, is_list=is_list)
        base = self._with_kind(self._named(item.text("typeRef").strip(), depth), item)
        allowed = item.one("allowedValues")
        return DmnType(
            base.kind,
            base.parts,
            is_list or base.is_list,
            allowed.text().strip() if allowed else base.allowed,
            base.refused,
        )

    def _with_kind(self, found: DmnType, element: Element) -> DmnType:
        stated = element.get(f"{OURS} kind")
        if not stated:
            return found
        if stated not in {*Kind} or found.kind not in {None, BASE_KINDS[base_type(Kind(stated))]}:
            raise TableError(
                f"{stated!r} is no kind for such a value", file=self._file, line=element.line
            )
        return DmnType(Kind(stated), found.parts, found.is_list, found.allowed, found.refused)


def required_kind(found: DmnType, what: str) -> Kind:
    """The kind of a type that has to hold one value.

    Raises:
        UnsupportedError: It is of a type that no table holds, a list, or a structure.
        RuleError: It has no type.
    """
    if found.refused:
        raise UnsupportedError(found.refused)
    if found.is_list or found.parts:
        raise UnsupportedError(f"{what}, {'a list' if found.is_list else 'a structure'},")
    if found.kind is None:
        raise RuleError(f"{what} has no type", mend="give it a typeRef")
    return found.kind
