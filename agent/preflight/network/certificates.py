"""What a certificate says of its origin."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

PUBLIC_HOSTS = (
    "microsoft.com",
    "microsoft.us",
    "microsoftonline.com",
    "microsoftonline.us",
    "office.com",
    "office365.com",
    "office365.us",
    "outlook.com",
    "windows.net",
    "chinacloudapi.cn",
    "partner.outlook.cn",
)
PUBLIC_ISSUERS = ("microsoft", "digicert", "globalsign", "sectigo", "entrust", "baltimore", "let's encrypt")
"""Who signs for Microsoft's cloud (Azure Certificate Authority details), and who well might. Only a hint for naming
what is between: whom to trust is the TLS context's business."""


class Origin:
    """`issuer`: who signed it, for people. `names`: hosts and addresses it is for. `ends`: UTC, None when it cannot be
    read."""

    def __init__(self, der: bytes | None) -> None:
        from cryptography import x509  # noqa: PLC0415  7 MB
        from cryptography.x509.oid import NameOID  # noqa: PLC0415

        self.issuer = "?"
        self.names: tuple[str, ...] = ()
        self.ends: datetime | None = None
        try:
            certificate = x509.load_der_x509_certificate(der or b"")
            self.ends = certificate.not_valid_after_utc
            names = [
                str(each.value)
                for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
                for each in certificate.issuer.get_attributes_for_oid(oid)
            ]
            self.names = _names(certificate)
        except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):  # it comes from anybody
            return
        self.issuer = ", ".join(dict.fromkeys(names)) or "?"

    def is_for(self, host: str) -> bool:
        """Whether it claims to be for this host (RFC 6125, 6.4); that it may is another question."""
        host, parent = host.lower(), host.lower().partition(".")[2]
        return any(name in (host, f"*.{parent}") for name in self.names)

    @property
    def public(self) -> bool:
        """Whether it calls itself one of those that sign for public clouds."""
        return any(name in self.issuer.lower() for name in PUBLIC_ISSUERS)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415  7 MB

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = [each.lower() for each in extension.get_values_for_type(x509.DNSName)]
    return (*hosts, *map(str, extension.get_values_for_type(x509.IPAddress)))


def is_public(host: str, domains: tuple[str, ...] = PUBLIC_HOSTS) -> bool:
    """Whether a host belongs to a public cloud, whose certificates come from public authorities alone."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)
