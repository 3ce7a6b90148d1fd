import ssl
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.system.certificate import self_signed, server_context
from tests.builders import MORNING


def test_a_certificate_is_made_once_and_its_key_is_closed_to_others(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path / "tls", ("box.contoso.example", "192.0.2.7"), MORNING)
    before = certificate.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert self_signed(tmp_path / "tls", ("other.example",), MORNING)[0].read_bytes() == before
    decoded = ssl._ssl._test_decode_cert(str(certificate))  # type: ignore[attr-defined]  # the module's own test aid
    assert ("DNS", "box.contoso.example") in decoded["subjectAltName"]
    assert ("IP Address", "192.0.2.7") in decoded["subjectAltName"]


def test_old_tls_is_not_spoken(tmp_path: Path) -> None:
    context = server_context(*self_signed(tmp_path, ("localhost",), MORNING))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_files_that_are_no_certificate_are_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("not pem")
    with pytest.raises(ConfigError, match=r"web\.certificate_file"):
        server_context(tmp_path / "a", tmp_path / "missing")
