"""USB devices that are known to be grabbers. Other USB video devices are cameras more often, and have to be named."""

from __future__ import annotations

_MODELS = {
    "534d:2109",  # MacroSilicon MS2109 (Linux, sound/usb/quirks.c)
    "534d:0021",  # MacroSilicon MS210x (usb.ids)
    "345f:2109",  # MacroSilicon MS2109S and MS2130 under their later vendor number
    "345f:2130",  # (kernel logs of users: "Found UVC 1.00 device USB3 Video (345f:2130)")
    "0fd9:0066",  # Elgato Cam Link 4K (linux-usb list, lsusb); by product, since Elgato makes cameras too
    "0fd9:0067",
}
_VENDORS = {
    "2935",  # Magewell (linux-media list: "USB Capture HDMI (2935:0006)") makes nothing but capture devices
}


def known(model: str) -> bool:
    """Whether vendor:product (lower case, four digits each) is a grabber."""
    return model in _MODELS or model.partition(":")[0] in _VENDORS
