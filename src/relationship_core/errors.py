"""The errors this library raises: what was wrong, where, and how to mend it."""

from __future__ import annotations


class RelationshipError(Exception):
    """Base of every error raised on purpose by this library.

    Args:
        what: What was wrong, in one sentence, free of personal data.
        where: The place: a file and row, a noun and field, a plugin and hook.
        mend: What the reader can do about it.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        """Join the three parts into one readable line."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} ({self.mend})" if self.mend else head

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the keyword fields, so that errors cross process borders whole."""
        return (_rebuilt, (type(self), self.args, dict(self.__dict__)))


def _rebuilt(
    kind: type[RelationshipError], args: tuple[object, ...], fields: dict[str, object]
) -> RelationshipError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(fields)
    return error


class InvalidValueError(RelationshipError, ValueError):
    """A noun was given a value it can't hold."""


class IdentifierError(InvalidValueError):
    """An identifier is malformed, or its check digit or structure is wrong."""


class RuleError(RelationshipError):
    """An expression, rule or rule set can't mean what was written."""


class KindError(RuleError, TypeError):
    """Two kinds of value were mixed that don't belong together."""


class UnknownFactError(RuleError, LookupError):
    """A rule names a fact that nobody defined."""


class HitPolicyError(RuleError):
    """Several rules of a decision table hit where its policy allows but one answer."""


class TableError(RuleError):
    """A decision table can't be read, written or asked.

    Args:
        file: The file as the caller named it, empty where the table comes from none.
        line: The row of a sheet or the line of an XML file, counted from 1; None for the whole.
        column: The column by its name, empty where no single one is meant.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        where: str = "",
        mend: str = "",
    ) -> None:
        named = [
            where,
            file,
            "" if line is None else f"line {line}",
            column and f"column {column}",
        ]
        super().__init__(what, where=", ".join(filter(None, named)), mend=mend)
        self.file = file
        self.line = line
        self.column = column


class UnsupportedError(TableError):
    """A decision table uses a part of DMN that this library doesn't hold.

    Args:
        part: The element, attribute or expression.
    """

    def __init__(
        self,
        part: str,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        where: str = "",
        mend: str = "",
    ) -> None:
        super().__init__(
            f"{part} isn't supported", file=file, line=line, column=column, where=where, mend=mend
        )
        self.part = part


class RuleBookError(RelationshipError):
    """The parts of a rule book don't fit together."""


class SignOffError(RelationshipError):
    """A sign-off isn't that of what is before it, or no book is signed off for a day."""


class ParameterError(RelationshipError, LookupError):
    """A contribution parameter that a position needs is not in force."""


class ReviewError(RelationshipError):
    """A review was asked for something it can't answer."""


class PluginError(RelationshipError):
    """A plugin is at fault.

    Args:
        plugin: The plugin's name.
        version: Its version, empty where it has none.
        hook: The hook it failed in, empty where it failed before any.
    """

    def __init__(
        self,
        what: str,
        *,
        plugin: str,
        version: str = "",
        hook: str = "",
        mend: str = "",
    ) -> None:
        named = f"plugin {plugin} {version}".rstrip()
        super().__init__(what, where=f"{named}, {hook}" if hook else named, mend=mend)
        self.plugin = plugin
        self.version = version
        self.hook = hook


class DataError(RelationshipError):
    """A row of a portfolio can't be read.

    Args:
        file: The file's name within its folder.
        line: The line, counted from 1; None where the whole file is meant.
        field: The column, empty where the whole row is meant.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str,
        line: int | None = None,
        field: str = "",
        mend: str = "",
    ) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(what, where=f"{place}, {field}" if field else place, mend=mend)
        self.file = file
        self.line = line
        self.field = field


class StorageError(RelationshipError):
    """A record can't be saved or loaded."""


class MissingExtraError(RelationshipError, ImportError):
    """An optional part of the library isn't installed.

    Args:
        extra: The extra that brings it.
        needed_for: What was asked for.
    """

    def __init__(self, extra: str, *, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the extra {extra!r}, which isn't installed",
            mend=f'install it: pip install "relationship-core[{extra}]"',
        )
        self.extra = extra
