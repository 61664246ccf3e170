"""Plugins that are really installed: built by hatchling, put into a folder of their own by pip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

DISTRIBUTIONS = Path(__file__).with_name("distributions")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every distribution under `distributions` is installed."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    for project in sorted(DISTRIBUTIONS.iterdir()):
        list(WheelBuilder(str(project)).build(directory=str(wheels)))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--isolated"]
    offline = ["install", "--no-index", "--no-deps", "--no-compile", "--target", str(folder)]
    built = sorted(map(str, wheels.glob("*.whl")))
    subprocess.run(
        [*pip, *offline, *built], check=True, env={**os.environ, "PIP_CONFIG_FILE": os.devnull}
    )
    return folder


@pytest.fixture
def installed(installation: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same folder, on the path of this process for as long as the test runs."""
    monkeypatch.syspath_prepend(installation)
    yield installation
    own = {path.stem for path in installation.glob("*.py")}
    for name in own & set(sys.modules):
        del sys.modules[name]
