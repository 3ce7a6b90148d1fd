"""An app's certificate with its private key, out of a PEM or PFX file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.+?-----END (?:[A-Z]+ )?PRIVATE KEY-----", re.DOTALL)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class UnusableCertificate(Exception):
    """Says what is wrong with the file, without its content."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`private_key` and `certificate` as PEM; `ends`: when it expires, UTC."""

    private_key: str = field(repr=False)
    certificate: str
    ends: datetime


def read_certificate(content: bytes, password: str | None = None) -> Certificate:
    """The certificate and the RSA key it belongs to, from PEM (in any order, with a chain) or PFX.

    `password` opens a PFX or an encrypted key. Raises `UnusableCertificate`.
    """
    try:
        key, certificates = _from_pem(content, password) if b"-----BEGIN" in content else _from_pfx(content, password)
    except (ValueError, TypeError) as error:  # a wrong password, a missing one, and what is no file of this kind
        what = "cannot be opened with this password" if password else "cannot be read; does it need a password?"
        raise UnusableCertificate(f"{what} ({error.__class__.__name__})") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise UnusableCertificate("holds no RSA private key")
    public = key.public_key().public_numbers()
    for certificate in certificates:
        theirs = certificate.public_key()
        if isinstance(theirs, rsa.RSAPublicKey) and theirs.public_numbers() == public:
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            return Certificate(
                pem.decode(), certificate.public_bytes(Encoding.PEM).decode(), certificate.not_valid_after_utc
            )
    raise UnusableCertificate("holds no certificate that belongs to its private key")


def _from_pem(content: bytes, password: str | None) -> tuple[object, list[x509.Certificate]]:
    found = _KEY.search(content)
    if found is None:
        raise UnusableCertificate("holds no private key")
    certificates = [x509.load_pem_x509_certificate(each) for each in _CERTIFICATE.findall(content)]
    encrypted = b"ENCRYPTED" in found.group()
    return load_pem_private_key(found.group(), password.encode() if password and encrypted else None), certificates


def _from_pfx(content: bytes, password: str | None) -> tuple[object, list[x509.Certificate]]:
    key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() if password else None)
    return key, [*([certificate] if certificate is not None else []), *others]
