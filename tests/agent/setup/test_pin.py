"""The administrator's PIN is known by its hash alone."""

from __future__ import annotations

import pytest

from agent.setup.pin import fits, hashed
from tests.fakes.pins import CHEAP


def test_the_hash_costs_64_mib_and_three_passes() -> None:
    assert hashed("739154").startswith(b"$argon2id$v=19$m=65536,t=3,p=1$")


def test_the_pin_fits_its_hash_and_no_other_does() -> None:
    kept = hashed("739154", CHEAP)

    assert fits(kept, "739154")
    assert not fits(kept, "739155")
    assert b"739154" not in kept


@pytest.mark.parametrize(
    "kept", [b"", b"739154", b"$argon2id$", b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$!!", b"\xff" * 5000]
)
@pytest.mark.parametrize("pin", ["", "739154", "9" * 10_000, "\ud800"])
def test_a_hash_that_is_none_fits_no_pin(kept: bytes, pin: str) -> None:
    assert not fits(kept, pin)


def test_a_text_that_is_no_text_is_no_pin() -> None:
    assert not fits(b"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + b"A" * 43, "\ud800")
