"""The libraries of the package as CycloneDX JSON: sbom.py ENVIRONMENT WHEELS VERSION, on stdout.

Each with the hash of the wheel it came from, which is one of those in requirements.lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import uuid
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

OURS = "room-agent"


def normal(name: str) -> str:
    """As package indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wheels(folder: Path) -> dict[tuple[str, str], str]:
    """SHA-256 by name and version."""
    found = {}
    for path in folder.glob("*.whl"):
        name, version = path.name.split("-")[:2]
        found[normal(name), version] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def licence(distribution: Distribution) -> dict[str, Any] | None:
    """SPDX expression where the authors give one, else their words, else their classifier."""
    said = distribution.metadata
    if "License-Expression" in said:
        return {"expression": said["License-Expression"]}
    classifiers = [each for each in said.get_all("Classifier") or [] if each.startswith("License ::")]
    words = said["License"].strip() if "License" in said else ""
    name = words if words and "\n" not in words else (classifiers[0].rpartition(" :: ")[2] if classifiers else "")
    return {"license": {"name": name}} if name else None


def component(distribution: Distribution, hashes: dict[tuple[str, str], str]) -> dict[str, Any]:
    """One library."""
    name, version = normal(distribution.metadata["Name"]), distribution.version
    purl = f"pkg:pypi/{name}@{version}"
    entry: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    entry["hashes"] = [{"alg": "SHA-256", "content": hashes[name, version]}]
    if chosen := licence(distribution):
        entry["licenses"] = [chosen]
    return entry


def bill(environment: Path, folder: Path, version: str) -> dict[str, Any]:
    """The document; equal for equal input."""
    hashes = wheels(folder)
    [packages] = environment.glob("lib/python3.*/site-packages")
    found = [each for each in distributions(path=[str(packages)]) if normal(each.metadata["Name"]) != OURS]
    components = sorted((component(each, hashes) for each in found), key=lambda each: str(each["name"]))
    built = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, components]))}",
        "version": 1,
        "metadata": {
            "timestamp": built.isoformat().replace("+00:00", "Z"),
            "component": {"type": "application", "name": OURS, "version": version},
        },
        "components": components,
    }


if __name__ == "__main__":
    json.dump(bill(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), sys.stdout, indent=1)
    sys.stdout.write("\n")
