"""Marks of parameters."""

from __future__ import annotations

from functools import partial

import pytest

LONG = partial(pytest.param, marks=pytest.mark.long)
"""Values of a test that say once more what its other values have said: `make soak`, not `make test`."""
