"""TLS for the listener that others on the network reach: the administrator's certificate, or one we sign ourselves."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from agent.errors import ConfigError
from agent.system.durable import replace_whole

VALID = timedelta(days=3650)
_CLOCK_MARGIN = timedelta(days=1)


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer with this certificate chain. Raises ConfigError when the files do not belong together."""
    context = _context()
    try:
        context.load_cert_chain(certificate, key, _no_password)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"web.certificate_file = {certificate}, web.key_file = {key}: not a PEM certificate with its key"
            f" ({error.strerror or error})."
        ) from error
    return context


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    """The same of PEM texts, which touch no disk. Raises ValueError when they do not belong together."""
    context = _context()
    renew(context, certificate, key)
    return context


def renew(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Whoever connects from now on gets this certificate. Raises ValueError when the two do not belong together; the
    context is then of no more use."""
    with os.fdopen(os.memfd_create("tls", os.MFD_CLOEXEC), "wb") as both:  # OpenSSL takes keys of files alone
        both.write(f"{certificate}\n{key}".encode())
        both.flush()
        try:
            context.load_cert_chain(f"/proc/self/fd/{both.fileno()}", password=_no_password)
        except (OSError, ssl.SSLError) as error:
            sentence = f"not a PEM certificate with its key ({error.strerror or error})"
            raise ValueError(sentence) from error


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _no_password() -> str:
    """Of a key that is encrypted: without this OpenSSL would ask on the terminal."""
    return ""


def self_signed(directory: Path, names: tuple[str, ...], now: datetime) -> tuple[Path, Path]:
    """Certificate and key (0600) for these host names and addresses in a directory, made when they are missing."""
    certificate, key = directory / "server.pem", directory / "server.key"
    if not (certificate.is_file() and key.is_file()):
        directory.mkdir(mode=0o700, exist_ok=True)
        _make(certificate, key, names, now)
    return certificate, key


def fingerprint(pem: bytes) -> str:
    """SHA-256 of a certificate, in pairs of hex digits, as browsers show it. Raises ValueError for what is none."""
    digits = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))).hexdigest().upper()
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


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
    replace_whole(key, pem)
    replace_whole(certificate, signed.public_bytes(serialization.Encoding.PEM))


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
