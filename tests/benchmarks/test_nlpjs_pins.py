"""The packages of the NLP.js peer are pinned by content, and name no registry."""

from __future__ import annotations

import json
from pathlib import Path

import benchmarks

FOLDER = Path(benchmarks.__file__).parent / "matching" / "nlpjs"


def test_every_package_is_pinned_by_its_hash() -> None:
    """Wherever it is fetched from."""
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = [package for name, package in packages.items() if name]
    assert all("integrity" in package and "resolved" not in package for package in wanted)


def test_the_version_wanted_is_exact() -> None:
    """And the one that is pinned."""
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}
