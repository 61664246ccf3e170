"""Seven star levels for relationship_core: the rules of Seven Star Bank, which doesn't exist."""

from relationship_core_star_levels.plugin import StarLevels

__all__ = ["StarLevels"]
