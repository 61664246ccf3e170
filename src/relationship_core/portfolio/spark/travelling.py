"""How rules get to the workers: as JSON and, where models compute, by the names of plugins."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from attrs import frozen

from relationship_core import __version__
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.engine import Engine
from relationship_core.errors import ReviewError

_WHERE: Final = "a worker of Spark"
_MEND: Final = "install on every worker what is installed where the review is asked for"


@frozen
class TravellingBook:
    """A rule book on its way to a worker.

    Args:
        text: Its JSON.
        fingerprint: Its fingerprint.
        plugins: The names of the plugins that a worker must have installed; empty where no model
            computes, since then the text is all.
        version: The version of this library.
    """

    text: str
    fingerprint: str
    plugins: tuple[str, ...]
    version: str

    @classmethod
    def of(cls, rule_book: RuleBook) -> TravellingBook:
        """A rule book made ready to travel."""
        computes = any(model.predict is not None for model in rule_book.models)
        names = [plugin.rpartition(" ")[0] for plugin in rule_book.plugins] if computes else []
        return cls(
            json.dumps(rule_book.to_json()), rule_book.fingerprint, tuple(names), __version__
        )

    def arrived(self) -> RuleBook:
        """The rule book where it has arrived, made once in each worker's process.

        Raises:
            PluginError: A plugin isn't installed there.
            ReviewError: Another version of this library is installed there, or the plugins make
                other rules.
        """
        return _arrived(self)


@lru_cache(maxsize=8)
def _arrived(book: TravellingBook) -> RuleBook:
    if book.version != __version__:
        raise ReviewError(
            f"relationship_core {__version__} is installed there, but {book.version} asked",
            where=_WHERE,
            mend=_MEND,
        )
    if not book.plugins:
        return RuleBook.from_json(book.text)
    here = Engine.discover(book.plugins).rule_book
    if here.fingerprint != book.fingerprint:
        raise ReviewError(
            f"the plugins installed there ({', '.join(here.plugins)}) make another rule book",
            where=_WHERE,
            mend=_MEND,
        )
    return here
