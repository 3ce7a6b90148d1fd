"""The cable of the second screen: a VNC client that only says how large its window is (RFC 6143, and the message
SetDesktopSize of the community's protocol). While one of some size is there, QEMU's second output is connected."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

_NO_SECURITY, _SHARED = b"\x01", b"\x01"
_SET_ENCODINGS, _SET_DESKTOP_SIZE, _UPDATE_REQUEST = 2, 251, 3
_EXTENDED_DESKTOP_SIZE = -308


class Cable:
    """Plugged in while entered is not a notion of QEMU's: `plug` connects the output, `pull` closes the window."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, width: int, height: int) -> None:
        """Say that the window has this size: the output gets a screen of this size. 0 times 0: none."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self._path))
            self._greet(connection)
            connection.sendall(struct.pack(">BxHi", _SET_ENCODINGS, 1, _EXTENDED_DESKTOP_SIZE))
            screen = struct.pack(">IHHHHI", 0, 0, 0, width, height, 0)
            connection.sendall(struct.pack(">BxHHBx", _SET_DESKTOP_SIZE, width, height, 1) + screen)
            connection.sendall(struct.pack(">BBHHHH", _UPDATE_REQUEST, 0, 0, 0, 1, 1))
            connection.recv(1)  # it has heard of it

    @staticmethod
    def _greet(connection: socket.socket) -> None:
        def read(length: int) -> bytes:
            data = b""
            while len(data) < length:
                piece = connection.recv(length - len(data))
                assert piece, "the VNC server hung up"
                data += piece
            return data

        read(12)
        connection.sendall(b"RFB 003.008\n")
        read(read(1)[0])
        connection.sendall(_NO_SECURITY)
        assert read(4) == b"\0\0\0\0", "the VNC server refused"
        connection.sendall(_SHARED)
        read(20)
        read(struct.unpack(">I", read(4))[0])
