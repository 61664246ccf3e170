"""A plugin with two answers to one question."""

from relationship_core import Extension, extend, hookimpl


class Bank:
    @hookimpl
    def rc_service(self) -> Extension:
        return extend()

    @hookimpl(specname="rc_service")
    def more_service(self) -> Extension:
        return extend()
