"""A plugin that replaces the tiering, as another one does."""

from relationship_core import Rule, Tiering, hookimpl
from relationship_core.facts import aum


class Bank:
    @hookimpl
    def rc_tiering(self) -> Tiering:
        return Tiering(ladder=["south", "rest"], rules=[Rule("south", when=aum >= 100_000)])
