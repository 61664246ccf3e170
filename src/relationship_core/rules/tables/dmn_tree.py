"""The elements of a DMN file with the lines they stand on, read without any of XML's traps."""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from attrs import define, field

from relationship_core.errors import TableError, UnsupportedError

VERSIONS = {
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}
"""The versions of DMN that are read and written, with their namespaces."""

OURS = "urn:relationship-core:tables"
"""The namespace of what DMN has no word for: a value's kind."""

_OTHER_VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "DMN 1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "DMN 1.2",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "DMN 1.6",
}


@define(eq=False)
class Element:
    """An element of the file.

    Args:
        namespace: Its namespace.
        name: Its name within it.
        attributes: Its attributes; those with a prefix by namespace, a blank and name.
        line: The line on which it begins.
        children: The elements within it.
        own_text: The text that stands directly in it.
    """

    namespace: str
    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(factory=list)
    own_text: str = ""

    def all(self, *names: str) -> Iterator[Element]:
        """The children of DMN that have one of the names, in order."""
        for child in self.children:
            if child.name in names and child.namespace == self.namespace:
                yield child

    def one(self, name: str) -> Element | None:
        """The first child of a name; None where there is none."""
        return next(self.all(name), None)

    def text(self, name: str = "text") -> str:
        """What stands in the first child of a name; empty where there is none."""
        child = self.one(name)
        return child.own_text if child else ""

    def get(self, attribute: str) -> str:
        """An attribute's value; empty where it isn't given."""
        return self.attributes.get(attribute, "").strip()


def read_tree(path: Path) -> Element:
    """The root of a DMN file.

    Raises:
        UnsupportedError: It is of another version of DMN, or declares a document type or entities.
        TableError: It can't be read, or is no DMN.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(
            "the file can't be read", file=str(path), mend="look whether it is there"
        ) from error
    root = _Builder(str(path)).root(data)
    if root.namespace not in VERSIONS.values() or root.name != "definitions":
        known = _OTHER_VERSIONS.get(root.namespace, f"the root {root.namespace} {root.name}")
        raise UnsupportedError(
            known, file=str(path), line=root.line, mend=f"save it as DMN {', '.join(VERSIONS)}"
        )
    return root


class _Builder:
    def __init__(self, file: str) -> None:
        self._file = file
        self._open: list[Element] = []
        self._root: Element | None = None
        self._parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        # Entities can only be declared within a document type.
        self._parser.StartDoctypeDeclHandler = self._refuse

    def root(self, data: bytes) -> Element:
        try:
            self._parser.Parse(data, True)
        except xml.parsers.expat.ExpatError as error:
            raise TableError(
                f"it is no XML: {xml.parsers.expat.ErrorString(error.code)}",
                file=self._file,
                line=error.lineno,
                mend="save it anew from the program that it came from",
            ) from error
        if self._root is None:  # pragma: no cover - expat refuses an empty document
            raise TableError("it is empty", file=self._file)
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        element = Element(namespace, name, attributes, self._parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].own_text += text

    def _refuse(self, *_: object) -> NoReturn:
        raise UnsupportedError(
            "a document type declaration",
            file=self._file,
            line=self._parser.CurrentLineNumber,
            mend="take the <!DOCTYPE ...> out",
        )
