"""Making a new plugin: a distribution of its own, with rules to begin from and tests that pass."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from relationship_core.errors import InvalidValueError, MissingExtraError

REQUIREMENT: Final = "relationship-core[cli,testing,verify]"
"""How a new plugin's tests ask for the library where an index has it."""

_TEMPLATE: Final = Path(__file__).with_name("template")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def make_plugin(name: str, into: Path | str = ".", *, library: str | None = None) -> Path:
    """Make a new plugin, the distribution `relationship-core-<name>`, in a folder of that name.

    It has a small tiering and retention, tests that try every law on them, and a Makefile whose
    `make test` sets itself up.

    Args:
        name: The name by which hosts will allow it: lower-case words joined by hyphens.
        into: Where the folder is made.
        library: The requirement by which its tests install relationship_core; None for the way in
            which it is installed here.

    Returns:
        The folder.

    Raises:
        InvalidValueError: The name is malformed or the built-in plugin's, or the folder is there.
        MissingExtraError: Copier isn't installed.
    """
    if name == "builtin":
        raise InvalidValueError(
            "'builtin' is the name of what is built in", where="name", mend="choose another name"
        )
    if not _NAME.fullmatch(name):
        raise InvalidValueError(
            f"{name!r} is no name for a new plugin",
            where="name",
            mend="use lower-case words of letters and digits, joined by hyphens: northern-bank",
        )
    folder = Path(into) / f"relationship-core-{name}"
    if folder.exists():
        raise InvalidValueError(
            "it is there already", where=str(folder), mend="choose another name or place"
        )
    try:
        from copier import run_copy  # noqa: PLC0415 - only who makes a plugin pays for it
    except ImportError:
        raise MissingExtraError("testing", needed_for="a new plugin") from None
    data = {"name": name, "library": library or installed_from()}
    run_copy(str(_TEMPLATE), folder, data=data, defaults=True, quiet=True)
    return folder


def installed_from() -> str:
    """The requirement by which this very library can be installed again, as pip recorded it."""
    try:
        recorded = distribution("relationship-core").read_text("direct_url.json")
    except PackageNotFoundError:
        recorded = None
    if not recorded:
        return REQUIREMENT
    origin = json.loads(recorded)
    url, control = origin["url"], origin.get("vcs_info")
    if control:
        # pip records a repository without what tells it from an archive to be fetched.
        url = f"{control['vcs']}+{url}@{control['commit_id']}"
    return f"{REQUIREMENT} @ {url}"
