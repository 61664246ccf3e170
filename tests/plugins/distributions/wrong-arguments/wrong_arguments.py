"""A plugin that asks for more than its hook is given."""

from typing import Any

from relationship_core import Extension, extend, hookimpl


class Bank:
    @hookimpl
    def rc_retention(self, settings: Any, customers: Any) -> Extension:
        return extend()
