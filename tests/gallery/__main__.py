"""`python -m tests.gallery [PORT]`: serve the gallery until it is interrupted."""

from __future__ import annotations

import sys

import uvicorn

from tests.agent.front.scenes import scenes
from tests.gallery.app import create_gallery


def main() -> None:
    """Serve on loopback; the address is printed."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
    print(f"Gallery: http://localhost:{port}/", flush=True)  # noqa: T201
    uvicorn.run(create_gallery(scenes()), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
