"""How long a hook lives: announced as ending in one release, warned of, and gone in a later one."""

from __future__ import annotations

from attrs import frozen


@frozen
class HookLife:
    """The end of a hook, or of one of its arguments, as it was announced.

    Args:
        hook: The hook.
        deprecated_in: The release that began to warn.
        removed_in: The first release without it.
        instead: What to write in its place.
        argument: The argument that ends; empty where the whole hook does.
    """

    hook: str
    deprecated_in: str
    removed_in: str
    instead: str
    argument: str = ""


class HookDeprecationWarning(FutureWarning):
    """A plugin uses what is about to be removed.

    A `FutureWarning`, so that whoever runs the plugin sees it, and not its author alone.

    Args:
        plugin: The plugin's name.
        version: Its version, empty where it has none.
        life: What ends, when, and what to write instead.
    """

    def __init__(self, plugin: str, version: str, life: HookLife) -> None:
        super().__init__(plugin, version, life)
        self.plugin = plugin
        self.version = version
        self.life = life

    def __str__(self) -> str:
        """Plugin, version and hook, what ends and when, and the way to mend it."""
        life = self.life
        what = f"its argument {life.argument!r}" if life.argument else "it"
        return (
            f"{f'plugin {self.plugin} {self.version}'.rstrip()}, {life.hook}: {what} is deprecated"
            f" since {life.deprecated_in} and removed in {life.removed_in} ({life.instead})"
        )


LIVES: tuple[HookLife, ...] = ()
"""What is about to be removed; an entry goes together with what it announces."""
