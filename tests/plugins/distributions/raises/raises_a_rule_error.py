"""A plugin with a rule that can't mean anything."""

from relationship_core import Extension, Rule, extend, hookimpl
from relationship_core.facts import aum, raroc_12m


class Bank:
    @hookimpl
    def rc_tiering(self) -> Extension:
        return extend(rules=[Rule("vip", when=aum > raroc_12m, scope=["north"])])
