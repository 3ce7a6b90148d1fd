"""What of a configuration ends, read from real files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from agent.app.box import Box
from agent.app.expiries import Expiries
from agent.config import load
from agent.model.expiry import Ending, Expiry
from agent.model.sync import SourceHealth
from agent.sources.endings import EWS_ENDS
from agent.system.places import Places
from agent.system.secrets import FileSecrets
from tests.fakes.clock import NOON, FakeClock

ENDS = datetime(2027, 3, 31, 12, tzinfo=UTC)


def box(directory: Path, text: str) -> Box:
    (directory / "config.toml").write_text(f'[room]\nmailbox = "room@contoso.example"\n{text}')
    places = Places(directory, None, directory / "core.sock")
    return Box(load(directory / "config.toml", {}), places, FakeClock(), FileSecrets(directory, {}))


def app_certificate(file: Path, ends: datetime = ENDS) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "room agent")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))


GRAPH = '[calendar]\nsource = "graph"\n[calendar.graph]\ntenant_id = "t"\nclient_id = "c"\n'
EWS = '[calendar.ews]\nendpoint = "https://{host}/EWS/Exchange.asmx"\nusername = "svc@contoso.example"\n'


def read(box: Box, **health: Any) -> list[Expiry]:
    return list(Expiries(box).now(SourceHealth(**health)))


def test_nothing_is_made_up(tmp_path: Path) -> None:
    assert read(box(tmp_path, GRAPH)) == []


def test_the_secrets_last_day_is_as_noted_down(tmp_path: Path) -> None:
    found = read(box(tmp_path, GRAPH + 'client_secret_expires = "2027-03-31"\n'))
    assert found == [Expiry(Ending.CLIENT_SECRET, datetime(2027, 4, 1, tzinfo=UTC))]


def test_the_certificates_end_stands_in_it_and_a_new_file_counts_within_the_hour(tmp_path: Path) -> None:
    app_certificate(tmp_path / "app.pem")
    at = box(tmp_path, GRAPH + 'auth = "certificate"\ncertificate_file = "app.pem"\n')
    expiries = Expiries(at)
    assert expiries.now(SourceHealth()) == (Expiry(Ending.APP_CERTIFICATE, ENDS),)
    later = ENDS + timedelta(days=365)
    app_certificate(tmp_path / "app.pem", later)
    at.clock.advance(3601)  # type: ignore[attr-defined]  # a FakeClock
    assert expiries.now(SourceHealth()) == (Expiry(Ending.APP_CERTIFICATE, later),)


def test_file_that_cannot_be_read_is_for_the_sign_in_to_report(tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_text("garbage")
    assert read(box(tmp_path, GRAPH + 'auth = "certificate"\ncertificate_file = "app.pem"\n')) == []


@pytest.mark.parametrize(("host", "ends"), [("outlook.office365.com", True), ("mail.contoso.example", False)])
def test_ews_itself_ends_for_exchange_online_alone(tmp_path: Path, host: str, ends: bool) -> None:
    assert read(box(tmp_path, EWS.format(host=host))) == ([Expiry(Ending.EWS, EWS_ENDS)] if ends else [])


def test_servers_certificate_is_the_one_that_was_seen(tmp_path: Path) -> None:
    assert read(box(tmp_path, GRAPH), tls_ends=ENDS) == [Expiry(Ending.SERVER_CERTIFICATE, ENDS)]


def test_fallback_ends_too(tmp_path: Path) -> None:
    text = EWS.format(host="mail.contoso.example") + '[calendar]\nfallback = "graph"\n'
    text += '[calendar.graph]\ntenant_id = "t"\nclient_id = "c"\nclient_secret_expires = "2027-03-31"\n'
    assert [each.what for each in read(box(tmp_path, text))] == [Ending.CLIENT_SECRET]


@pytest.mark.parametrize("day", ["2027-02-30", "31.03.2027", "2027-3-1", "20270301", "1999-01-01"])
def test_a_day_that_is_none_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(Exception, match="expected a day such as"):
        box(tmp_path, GRAPH + f'client_secret_expires = "{day}"\n')
