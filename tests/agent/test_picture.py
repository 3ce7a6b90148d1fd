"""Images are known by what they hold."""

from __future__ import annotations

import time

import pytest

from agent.model.picture import picture

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 17
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
WEBP = b"RIFF\x24\0\0\0WEBPVP8L" + b"\0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
DOCTYPE = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"'


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (SVG, "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b <html> -->\n" + SVG, "image/svg+xml"),
        (DOCTYPE + b">" + SVG, "image/svg+xml"),
        (DOCTYPE + b' [<!ENTITY ns "x">]>' + SVG, "image/svg+xml"),
        (b'<s:svg xmlns:s="http://www.w3.org/2000/svg"></s:svg>', "image/svg+xml"),
    ],
)
def test_four_kinds_are_recognised(content: bytes, media_type: str) -> None:
    found = picture(content)

    assert found is not None
    assert (found.content, found.media_type) == (content, media_type)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>" + SVG + b"</body></html>",
        b"<!DOCTYPE html><html>" + SVG,
        b"<svg/>",
        b"<svgx xmlns='http://www.w3.org/2000/svg'/>",
        SVG + b"\xff",
        SVG.decode().encode("utf-16"),
        b"GIF89a" + b"\0" * 20,
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
        b"#!/bin/sh\n",
    ],
)
def test_everything_else_is_not(content: bytes) -> None:
    assert picture(content) is None


def test_the_version_is_that_of_the_content() -> None:
    found = [picture(content) for content in (PNG, PNG, PNG + b"x")]

    versions = [each.version for each in found if each is not None]
    assert versions[0] == versions[1] != versions[2]
    assert all(len(version) == 12 and set(version) <= set("0123456789abcdef") for version in versions)


@pytest.mark.parametrize("piece", [b"<!--", b"<!-- -->", b" ", b"<?", b"<!DOCTYPE [", b"<!DOCTYPE [] "])
def test_a_nasty_beginning_ends_in_linear_time(piece: bytes) -> None:
    begun = time.monotonic()
    assert picture(piece * (4 * 1024**2 // len(piece))) is None
    assert time.monotonic() - begun < 5
