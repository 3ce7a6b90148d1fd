"""The policy folders, by themselves and under a real Chromium that obeys them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.meetings.conferences import CONFERENCES
from agent.meetings.hosts import HostIndex
from display.browsers import chromium
from tests.display.pages import served
from tests.display.xserver import Xvfb

DEPLOY = Path(__file__).parents[3] / "deploy" / "chromium"
PLACE = Path("/etc/chromium/policies")
BLOCKED = "net::ERR_BLOCKED_BY_ADMINISTRATOR"


def policy(role: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEPLOY / role / "managed" / "room.json").read_text())
    return read


@pytest.mark.parametrize("role", ["home", "meeting"])
def test_nothing_of_a_desktop_browser_is_left(role: str) -> None:
    wanted = {
        "AllowFileSelectionDialogs": False,
        "AutofillAddressEnabled": False,
        "AutofillCreditCardEnabled": False,
        "BrowserSignin": 0,
        "DefaultNotificationsSetting": 2,
        "DefaultPopupsSetting": 2,
        "DownloadRestrictions": 3,
        "ExtensionInstallBlocklist": ["*"],
        "IncognitoModeAvailability": 1,
        "PasswordManagerEnabled": False,
        "PrintingEnabled": False,
        "ScreenCaptureAllowed": False,
        "SyncDisabled": True,
        "TranslateEnabled": False,
    }
    assert {name: policy(role)[name] for name in wanted} == wanted


@pytest.mark.parametrize("role", ["home", "meeting"])
def test_the_devtools_pipe_is_left_alone(role: str) -> None:
    assert not {"DeveloperToolsAvailability", "RemoteDebuggingAllowed"} & policy(role).keys()


def test_the_two_differ_in_where_they_go_and_what_may_hear_and_see_the_room() -> None:
    home, meeting = policy("home"), policy("meeting")
    differ = {name for name in home.keys() | meeting.keys() if home.get(name) != meeting.get(name)}
    assert differ == {
        "AudioCaptureAllowedUrls", "VideoCaptureAllowedUrls", "URLAllowlist", "URLBlocklist",
        "LocalNetworkAccessBlockedForUrls",
    }  # fmt: skip
    assert home["URLBlocklist"][0] == "*"
    assert home["URLAllowlist"] == ["http://127.0.0.1", "data:*"]


def test_camera_and_microphone_are_given_to_services_of_the_provider_table_only() -> None:
    meeting = policy("meeting")
    known = HostIndex((host, service) for service in CONFERENCES for place in service.places for host in place.hosts)
    granted = meeting["AudioCaptureAllowedUrls"]
    assert granted == meeting["VideoCaptureAllowedUrls"]
    for url in granted:
        host = url.removeprefix("https://")
        assert known.find(host.replace("[*.]", "any.")), url
    assert len(granted) == len(set(granted))


def test_a_meeting_sees_the_web_and_nothing_else(tmp_path: Path) -> None:
    with served({"/app": "<h1>app</h1><iframe id=f></iframe><script>f.src = 'msteams:/l/x'</script>"}) as pages:
        local = pages.url("/app")
        seen = look(
            "meeting", tmp_path, "", local, pages.url("/app", "localhost"), "http://[::1]/", "file:///etc/hostname",
            "chrome://policy/", "view-source:https://example.com/", "zoommtg://zoom.us/join", "data:text/html,x",
            "https://no-such-host.invalid/",
        )  # fmt: skip
        assert pages.asked == []
    opened = seen["opened"]
    assert opened.pop("data:text/html,x") is None
    assert opened.pop("https://no-such-host.invalid/") == "net::ERR_NAME_NOT_RESOLVED"
    assert opened == dict.fromkeys(opened, BLOCKED)


def test_the_home_screen_sees_its_own_machine_and_nothing_else(tmp_path: Path) -> None:
    with served({"/": "<h1>home</h1>"}) as pages:
        seen = look(
            "home", tmp_path, pages.url("/"), "https://example.com/", "file:///etc/hostname", "chrome://policy/"
        )
        assert seen["page"] == pages.url("/")
    assert seen["opened"] == dict.fromkeys(seen["opened"], BLOCKED)


def look(role: str, folder: Path, page: str, *addresses: str) -> dict[str, Any]:
    """What `under_policy.py` says with the folder of a role in the place of this machine's policies."""
    if chromium.find() is None or not PLACE.is_dir():
        pytest.skip("Chromium is not installed, or has no folder for policies")
    mounted = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
    private = ["unshare", "--mount", "sh", "-c", mounted, "sh", str(DEPLOY / role), str(PLACE)]
    if subprocess.run([*private, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may have a mount namespace of its own")
    program = [sys.executable, "-m", "tests.display.browsers.under_policy", str(folder / "profile"), page, *addresses]
    with Xvfb() as x:
        done = subprocess.run(
            [*private, *program], env=x.environment(), capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen
