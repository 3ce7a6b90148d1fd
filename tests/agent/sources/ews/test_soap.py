from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sources.ews.soap import NotSoapError, looks_like_soap, parse_envelope
from tests.agent.sources.ews.answers import recording

SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'


def text_of(content: bytes) -> str:
    return "".join(str(text) for text in parse_envelope(content)[1].itertext())


def test_body_and_header_are_found() -> None:
    header, body = parse_envelope(SOAP.format("<a>é</a>").encode())
    assert header is None
    assert body[0].text == "é"


@pytest.mark.parametrize(
    "mark", ["&#x0;", "&#11;", "&#xFFFE;", "&#xD800;", "\x0b", "\ufffe", "&#99999999999999999999;"]
)
def test_characters_xml_forbids_are_left_out(mark: str) -> None:
    assert text_of(SOAP.format(f"<a>be{mark}fore &#x41; &amp;</a>").encode()) == "before A &"


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    assert text_of(SOAP.format("<a>?</a>").encode().replace(b"?", b"a\xff")) == "a\ufffd"


def test_byte_order_mark_is_accepted() -> None:
    assert text_of(b"\xef\xbb\xbf" + SOAP.format("<a>x</a>").encode()) == "x"


def test_answer_recorded_with_control_characters_is_read() -> None:
    _, body = parse_envelope(recording("broken-getitem-control-characters.xml"))
    assert len(body)


@pytest.mark.parametrize("name", ["broken-resolvenames-certificate.xml", "broken-getstreamingevents-truncated.xml"])
def test_answers_that_cannot_be_mended_are_refused(name: str) -> None:
    with pytest.raises(NotSoapError):
        parse_envelope(recording(name))


def test_every_cut_is_noticed() -> None:
    whole = SOAP.format("<a>1</a><a>2</a>").encode()
    for length in range(len(whole)):
        with pytest.raises(NotSoapError):
            parse_envelope(whole[:length])


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + SOAP.format("&x;"),
        "<!DOCTYPE a [<!ENTITY x 'y'>]>" + SOAP.format("&x;"),
        "<!DOCTYPE html><html></html>",
        SOAP.format("<a>" * 100_000 + "</a>" * 100_000),
    ],
)
def test_entities_and_endless_depth_are_refused(document: str) -> None:
    with pytest.raises(NotSoapError):
        parse_envelope(document.encode())


def test_entity_bomb_is_refused_at_once() -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = f"<!DOCTYPE a [<!ENTITY e0 'ha'>{levels}]>" + SOAP.format("<a b='&e11;'>&e11;</a>")
    before = time.monotonic()
    with pytest.raises(NotSoapError):
        parse_envelope(bomb.encode())
    assert time.monotonic() - before < 1


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(content: bytes) -> None:
    with pytest.raises(NotSoapError):
        parse_envelope(content)


@given(st.text(max_size=200))
def test_any_text_within_an_envelope_never_breaks_the_parser(text: str) -> None:
    try:
        parse_envelope(SOAP.format(text).encode("utf-8", "surrogatepass"))
    except NotSoapError:
        return


@pytest.mark.parametrize(
    "start", ["<?xml version='1.0' encoding='utf-8'?>\n<soap:Envelope ", "<Envelope>", " \n<s:Envelope a='b'>"]
)
def test_envelope_is_recognised_by_its_start(start: str) -> None:
    assert looks_like_soap(start.encode())
    assert not looks_like_soap(start.replace("Envelope", "html").encode())
