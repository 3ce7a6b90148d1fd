"""A key and certificate for an app registration, made on the box: the key never leaves it, the certificate is uploaded
to Entra by the administrator."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.wire.room import instant
from agent.wire.setup import SetupCertificate

VALID = timedelta(days=730)
_BITS = 3072
_CLOCK_MARGIN = timedelta(hours=1)


def made(name: str, now: datetime) -> bytes:
    """A private key (RSA: Entra takes no other) with its self-signed certificate, both PEM."""
    from cryptography import x509  # noqa: PLC0415  only boxes that are being set up pay for it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(65537, _BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"room-agent {name}"[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_MARGIN)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def public_part(content: bytes) -> SetupCertificate | None:
    """What may be shown of a key with its certificate; None where there is no certificate in it."""
    from cryptography import x509  # noqa: PLC0415  only boxes that are being set up pay for it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415

    begin = content.find(b"-----BEGIN CERTIFICATE-----")
    if begin < 0:
        return None
    try:
        certificate = x509.load_pem_x509_certificate(content[begin:])
    except ValueError:
        return None
    return SetupCertificate(
        pem=certificate.public_bytes(serialization.Encoding.PEM).decode("ascii"),
        thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303  Entra's name for it
        ends=instant(certificate.not_valid_after_utc),
    )


def is_chain(pem: str) -> bool:
    """Whether a text is certificates that can be read, all of them."""
    from cryptography import x509  # noqa: PLC0415  only boxes that are being set up pay for it

    try:
        return bool(x509.load_pem_x509_certificates(pem.encode("ascii")))
    except (ValueError, UnicodeEncodeError):
        return False
