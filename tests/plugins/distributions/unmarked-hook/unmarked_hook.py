"""A plugin with a hook that nobody would ever ask."""

from relationship_core import Extension, extend


class Bank:
    def rc_tiering(self) -> Extension:
        return extend()
