"""Explanations kept in text files, to be compared with what a review says now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Final

from relationship_core.decisions.review import Review
from relationship_core.facts import CATALOGUE
from relationship_core.testing.broken_law import BrokenLaw

_KEPT_OUT: Final = "(kept out)"
_DIGEST: Final = re.compile(r"\b[0-9a-f]{64}\b")
_OF_ONE: Final = re.compile(
    r"(?P<head>^ *(Set by a person until [\d-]+: |not known: [^(]+(?=\())).*$"
)
_DUE: Final = re.compile(r"(?P<head>^ *due on )[\d-]+(?P<rest>: [^(]*).*$")

# What tells a birthday or the like tells who somebody is, together with the rest.
_PERSONAL: Final = tuple(
    fact for fact in CATALOGUE.values() if fact.protected or fact.name == "days_to_birthday"
)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(rf"\b{re.escape(each)}\b" for each in words)


_TELLS: Final = re.compile(_any_of(fact.label.en for fact in _PERSONAL))
_VALUE: Final = re.compile(
    rf"\d|{_any_of(each for fact in _PERSONAL for each in fact.categories or ())}"
)
# "sex is female" says of who meets it what it asks.
_ONE_VALUE: Final = re.compile(rf" (?<= is | of )(?:{_VALUE.pattern}).*")


def without_personal_data(review: Review) -> str:
    """How a review explains itself, without what is the customer's alone.

    The customer's and accounts' ids, what people wrote by hand, birthdays and the like are kept
    out, and so are digests, which change with every rule and record.
    """
    text = _DIGEST.sub(_KEPT_OUT, review.explain())
    lines = text.replace(f"Customer {review.customer_id},", "Customer,").splitlines()
    return "\n".join(_lines(lines)) + "\n"


def _lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if _TELLS.search(line) and _VALUE.search(line):
            due = _DUE.match(line)
            asked = _ONE_VALUE.sub("", line.split(":")[0])
            head = f"{due['head']}{_KEPT_OUT}{due['rest']}" if due else f"{asked}: "
            yield f"{head}{_KEPT_OUT}"
        else:
            yield _OF_ONE.sub(rf"\g<head>{_KEPT_OUT}", line)


def place_of(test: Path, test_name: str, name: str) -> Path:
    """The file where an explanation is kept: in `explanations`, next to the test.

    Args:
        test: The test's file.
        test_name: The test's name, with its class and parameters.
        name: What tells one explanation of a test from another.
    """
    words = re.sub(r"[^\w.-]+", "-", f"{test_name}-{name}" if name else test_name).strip("-")
    return test.parent / "explanations" / test.stem / f"{words}.txt"


def compare(review: Review, kept: Path, *, keep: bool) -> None:
    """Compare a review's explanation with the one that was kept.

    Args:
        review: The review.
        kept: The file.
        keep: Whether to keep it as it is now, instead.

    Raises:
        BrokenLaw: None was kept, or it says something else now.
    """
    text = without_personal_data(review)
    if keep:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text, encoding="utf-8")
        return
    where = "/".join(kept.parts[-3:])
    mend = "read it, and keep it by pytest --update-explanations"
    if not kept.exists():
        raise BrokenLaw(f"no explanation is kept yet; it says now:\n{text}", where=where, mend=mend)
    before = kept.read_text(encoding="utf-8")
    if before != text:
        changes = unified_diff(before.splitlines(), text.splitlines(), "kept", "now", lineterm="")
        said = "\n".join(changes)
        raise BrokenLaw(f"the explanation has changed:\n{said}\n", where=where, mend=mend)
