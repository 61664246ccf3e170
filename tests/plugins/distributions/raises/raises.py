"""A plugin that fails when it is asked."""

from relationship_core import Extension, hookimpl


class Bank:
    @hookimpl
    def rc_service(self) -> Extension:
        raise ZeroDivisionError("no customers yet")
