"""A plugin that would change what others answer."""

from collections.abc import Generator
from typing import Any

from relationship_core import hookimpl


class Bank:
    @hookimpl(wrapper=True)
    def rc_tiering(self) -> Generator[None, Any, Any]:
        return (yield)
