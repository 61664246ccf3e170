"""A plugin with a slip in the name of a hook."""

from relationship_core import Extension, extend, hookimpl


class Bank:
    @hookimpl
    def rc_teiring(self) -> Extension:
        return extend()
