from __future__ import annotations

import subprocess
import sys


def test_importing_the_sources_loads_no_client_library() -> None:
    program = (
        "import sys, agent.sources, agent.sources.ews.settings, agent.sources.graph.settings;"
        "print([name for name in ('exchangelib', 'msal', 'requests', 'lxml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
