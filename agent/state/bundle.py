"""What support gets of a box: one zip file, bounded, that says what is in it and what is not. Pure."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

LARGEST = 5 * 1024 * 1024
"""Bytes of a bundle."""
ITEM_LARGEST = 1024 * 1024
MANIFEST = "manifest.json"
_MOST_ITEMS = 50
_CUT = b"[earlier lines were left out]\n"


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the bundle, and a sentence that says what it is."""

    name: str
    says: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not in it, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle in their order."""

    made: datetime
    items: tuple[Item, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def plus(self, *more: Item | LeftOut) -> Bundle:
        """With these, instead of what was said of the same names."""
        names = {each.name for each in more}
        return replace(
            self,
            items=(*(e for e in self.items if e.name not in names), *(e for e in more if isinstance(e, Item))),
            left_out=(*(e for e in self.left_out if e.name not in names), *(e for e in more if isinstance(e, LeftOut))),
        )

    def manifest(self) -> dict[str, Any]:
        """`{made, inside: [{name, says, bytes}], left_out: [{name, why}]}`."""
        inside = [{"name": each.name, "says": each.says, "bytes": len(each.content)} for each in self.items]
        made = self.made.isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"made": made, "inside": inside, "left_out": [asdict(each) for each in self.left_out]}


def json_item(name: str, says: str, data: Any) -> Item:
    """Data of ours."""
    return Item(name, says, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace"))


def text_item(name: str, says: str, text: str) -> Item:
    """Lines, of which the last ones are kept where there are too many."""
    content = text.encode("utf-8", "replace")
    if len(content) > ITEM_LARGEST:
        _, _, kept = content[-ITEM_LARGEST + len(_CUT) :].partition(b"\n")
        content = _CUT + kept
    return Item(name, says, content)


def packed(bundle: Bundle) -> bytes:
    """The zip file, below `LARGEST`: the last items are left out where there is no more room."""
    fitting, room = bundle, LARGEST - 256 * 1024
    for item in bundle.items:
        if len(item.content) > room:
            fitting = fitting.plus(LeftOut(item.name, "It was too large for the bundle."))
        else:
            room -= len(item.content)
    content = io.BytesIO()
    moment = bundle.made.timetuple()[:6]
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for each in (json_item(MANIFEST, "", fitting.manifest()), *fitting.items):
            entry = zipfile.ZipInfo(each.name, max(moment, (1980, 1, 1, 0, 0, 0)))
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, each.content)
    return content.getvalue()


def unpacked(content: bytes) -> Bundle:
    """A bundle as `packed` made it. Raises ValueError for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            manifest = json.loads(_member(file, MANIFEST))
            items = [Item(e["name"], e["says"], _member(file, e["name"])) for e in manifest["inside"][:_MOST_ITEMS]]
            left_out = [LeftOut(e["name"], e["why"]) for e in manifest["left_out"][:_MOST_ITEMS]]
            return Bundle(datetime.fromisoformat(manifest["made"]), tuple(items), tuple(left_out))
    except (zipfile.BadZipFile, KeyError, TypeError, RuntimeError, EOFError) as error:
        raise ValueError("not a support bundle") from error


def _member(file: zipfile.ZipFile, name: str) -> bytes:
    if file.getinfo(name).file_size > LARGEST:
        raise ValueError("not a support bundle")
    return file.read(name)
