"""What a fact is called in DMN, where names may hold blanks, capitals and any alphabet."""

from __future__ import annotations

import re

from relationship_core.rules.fact import Fact

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_NAME = re.compile(r"[^a-z0-9]+")
_NUMBERED = re.compile(r"_\d+$")
_DMN_NAME = re.compile(r"[^\W\d][\w ./'+*-]*")


def fact_name(dmn_name: str) -> str:
    """The name of the fact that a name in DMN stands for: `Applicant Age` is `applicant_age`.

    A dot leads into a structure and stays. A name without a Latin letter becomes `input`.
    """
    return ".".join(map(_part, dmn_name.split(".")))


def _part(words: str) -> str:
    name = _NO_NAME.sub("_", _HUMP.sub("_", words.strip()).lower()).strip("_")
    return name if name[:1].isalpha() else f"input_{name}".rstrip("_")


def numbered(name: str, taken: set[str]) -> str:
    """The name, followed by a number if it is taken already."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def dmn_name(fact: Fact) -> str:
    """What a fact is called in DMN: its label where its name was made of that, else its name."""
    label = fact.label.en
    made = fact_name(label)
    is_made = fact.name == made or (
        _NUMBERED.search(fact.name) is not None and _NUMBERED.sub("", fact.name) == made
    )
    return label if is_made and _DMN_NAME.fullmatch(label) else fact.name
