"""Files and folders that are on the disk, whole, once they have their name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def lasting(target: Path) -> Iterator[Path]:
    """A file to write to, which gets its name once all of it is on the disk.

    Whatever ends the process, a file of that name is whole. If the block raises, there is none.

    Args:
        target: Its place; a file that is there is replaced.
    """
    half = target.with_name(f".{target.name}.half")
    target.parent.mkdir(parents=True, exist_ok=True)
    half.unlink(missing_ok=True)
    try:
        yield half
        place(half, target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def place(half: Path, target: Path) -> None:
    """Give a file that has been written its name, once all of it is on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    settle(half)
    half.replace(target)
    settle(target.parent)


@contextmanager
def lasting_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name once all of it is on the disk.

    Args:
        target: Its place; a folder that is there is replaced, which takes a moment.
    """
    half = target.with_name(f".{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    yield half
    settle_all(half)
    if target.exists():
        shutil.rmtree(target)
    half.rename(target)
    settle(target.parent)


def write_text(target: Path, text: str) -> None:
    """Write a text file that is whole once it has its name."""
    with lasting(target) as half:
        half.write_text(text, encoding="utf-8", newline="\n")


def write_json(target: Path, data: Any) -> None:
    """Write a JSON file that is whole once it has its name."""
    write_text(target, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def settle(path: Path) -> None:
    """Wait until a file, or the list of a folder's names, is on the disk itself."""
    if path.is_dir() and os.name != "posix":
        # Elsewhere a folder can't be opened, and the file system sees to it.
        return
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def settle_all(folder: Path) -> None:
    """Wait until everything beneath a folder is on the disk itself."""
    for path in folder.rglob("*"):
        settle(path)
    settle(folder)
