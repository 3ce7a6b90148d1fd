"""TLS for the listener that others on the network reach: the administrator's certificate, or one we sign ourselves."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from agent.errors import ConfigError

VALID = timedelta(days=3650)
_CLOCK_MARGIN = timedelta(days=1)


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer with this certificate chain. Raises ConfigError when the files do not belong together."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"web.certificate_file = {certificate}, web.key_file = {key}: not a PEM certificate with its key"
            f" ({error.strerror or error})."
        ) from error
    return context


def self_signed(directory: Path, names: tuple[str, ...], now: datetime) -> tuple[Path, Path]:
    """Certificate and key (0600) for these host names and addresses in a directory, made when they are missing."""
    certificate, key = directory / "server.pem", directory / "server.key"
    if not (certificate.is_file() and key.is_file()):
        directory.mkdir(mode=0o700, exist_ok=True)
        _make(certificate, key, names, now)
    return certificate, key


def _make(certificate: Path, key: Path, names: tuple[str, ...], now: datetime) -> None:
    from cryptography import x509  # noqa: PLC0415  only boxes that listen beyond loopback pay for it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "room-agent")])
    alternatives = [x509.IPAddress(address) if (address := _address(name)) else x509.DNSName(name) for name in names]
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_MARGIN)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key, pem)
    _write(certificate, signed.public_bytes(serialization.Encoding.PEM))


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
