"""What a screen says about itself: EDID, the 128 bytes (and more) that it hands out over its cable. Pure.

VESA Enhanced EDID Standard, release A2: header at 0, maker at 8, the digest of all in the last byte, four descriptors
of 18 bytes from 54 on; the first one is the preferred timing.
"""

from __future__ import annotations

from dataclasses import dataclass

_HEADER = bytes.fromhex("00ffffffffffff00")
_DESCRIPTORS = (54, 72, 90, 108)
_NAME, _TEXT = 0xFC, 0xFE
_NAMES = {
    "ACI": "Asus", "ACR": "Acer", "APP": "Apple", "AUO": "AU Optronics", "AUS": "Asus", "BNQ": "BenQ", "DEL": "Dell",
    "ENC": "Eizo", "GSM": "LG", "HPN": "HP", "HWP": "HP", "IVM": "iiyama", "LEN": "Lenovo", "MEI": "Panasonic",
    "PHL": "Philips", "SAM": "Samsung", "SHP": "Sharp", "SNY": "Sony", "TSB": "Toshiba", "VSC": "ViewSonic",
}  # fmt: skip
"""Makers by their PNP id, those that meeting rooms have; https://uefi.org/PNP_ID_List has them all."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A screen. `maker`: its PNP id ("GSM"), `name`: as it calls itself, without its serial number; `width` and
    `height` of its preferred picture in pixels. Empty and 0 where it does not say."""

    maker: str = ""
    product: int = 0
    name: str = ""
    width: int = 0
    height: int = 0

    @property
    def label(self) -> str:
        """Maker and name for people: "LG ULTRAGEAR"; without a name, its product code: "LG 5b09"."""
        maker = _NAMES.get(self.maker, self.maker)
        name = self.name or f"{self.product:04x}"
        return name if name.casefold().startswith(maker.casefold()) else f"{maker} {name}"


def identify(data: bytes) -> Identity | None:
    """Who an EDID is of; None where it is none. A wrong digest is let pass: cheap screens and adapters have one."""
    if len(data) < 128 or data[:8] != _HEADER:
        return None
    letters = int.from_bytes(data[8:10], "big")
    codes = [letters >> shift & 31 for shift in (10, 5, 0)]
    maker = "".join(chr(64 + code) for code in codes) if all(1 <= code <= 26 for code in codes) else ""
    name = ""
    width = height = 0
    for at in _DESCRIPTORS:
        block = data[at : at + 18]
        if block[0] or block[1]:  # a pixel clock: a timing
            if not width:
                width, height = block[2] | (block[4] & 0xF0) << 4, block[5] | (block[7] & 0xF0) << 4
        elif block[3] == _NAME or (block[3] == _TEXT and not name):
            name = _text(block[5:]) or name
    return Identity(maker, int.from_bytes(data[10:12], "little"), name, width, height)


def _text(data: bytes) -> str:
    """The words of a descriptor: ASCII, ended by a line feed and filled with blanks."""
    words = data.partition(b"\n")[0].decode("ascii", "replace")
    return " ".join("".join(each if " " <= each <= "~" else " " for each in words).split())
