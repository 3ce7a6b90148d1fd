"""What `room-upgrade night` does with package servers that are really there: each step a night, in order.

The night is now: the policy's window is open, and a day passes by making what root remembers a day older.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.deb import variants
from tests.deb.box import DATABASE, KEPT, Box
from tests.deb.server import OTHERS, ROOMS, SECURITY, Key

POLICY = "/etc/room-agent/upgrade.toml"
ZONE = "Pacific/Auckland"
NEAR, FAR = timedelta(minutes=20), timedelta(hours=4)


def nights_are_now_and_package_servers_there(box: Box) -> None:
    """The box's version is on the server alone; the window is open whatever the box's moment in it."""
    box.system.shell("rm -rf /var/lib/room-upgrade /run/room-upgrade")
    _set_policy(box, system="true", ready_within_s="300", timezone=f'"{ZONE}"', window=f'"{_window()}"')
    box.server.offer(ROOMS, box.kept(_version(box)))


def a_night_near_a_meeting_is_postponed(box: Box) -> None:
    before = box.installed()
    box.bring("0.5.0", variants.needs_another_package)
    box.server.offer(ROOMS, [*box.kept("0.5.0"), variants.small("tested-newcomer", "1", box.folder)])
    _meeting_begins_in(box, NEAR)

    kept = box.night(status=0)

    assert (kept["last"]["outcome"], kept["last"]["reason"]) == ("postponed", "meeting.near"), kept
    assert (kept["checked"], kept["finished"], box.installed()) == (None, None, before), kept
    assert box.server.requests() == []


def a_free_night_installs_what_the_server_offers(box: Box) -> None:
    """Through apt, with what the new version depends on; the version before comes from the server, to go back to."""
    before, policy = _version(box), box.system.path(POLICY).read_text()
    _meeting_begins_in(box, FAR)

    kept = box.night(status=0)

    _is_done(kept, before, "0.5.0")
    assert kept["pending"] == 0, kept
    assert box.installed() == {"room-agent": "0.5.0", "room-display": "0.5.0"}
    assert "installed" in box.system.run("dpkg-query", "-W", "-f", "${db:Status-Status}", "tested-newcomer")
    assert box.system.path(POLICY).read_text() == policy
    assert box.meetings() == ["mA", "mB"]
    packages = {path.name for path in box.system.path("/var/lib/room-upgrade/packages").iterdir()}
    assert packages == {f"{name}_{version}.deb" for name in box.installed() for version in (before, "0.5.0")}
    box.ready()


def the_same_night_does_nothing_more(box: Box) -> None:
    before = _kept(box)
    box.bring("0.5.1", variants.does_not_start)
    box.server.offer(ROOMS, box.kept("0.5.1"))
    box.server.requests()

    assert box.night(status=0) == before
    assert box.server.requests() == []


def a_version_that_does_not_start_is_taken_back_by_night(box: Box) -> None:
    _a_day_passes(box)
    _set_policy(box, ready_within_s="60")

    kept = box.night(status=1)

    _set_policy(box, ready_within_s="300")
    last = kept["last"]
    assert (last["outcome"], last["reason"], last["to"]) == ("rolled_back", "agent.not_ready", "0.5.1"), kept
    assert (kept["refused"], set(box.installed().values())) == (["0.5.1"], {"0.5.0"}), kept
    assert box.meetings() == ["mA", "mB"]
    assert box.system.run("dpkg", "--audit") == ""
    box.ready()


def the_next_night_does_not_try_it_again(box: Box) -> None:
    _a_day_passes(box)
    before, done = _kept(box), _done_by_dpkg(box)

    kept = box.night(status=0)

    assert kept["last"] == before["last"]
    assert kept["finished"] > before["finished"]
    assert _done_by_dpkg(box) == done


def the_version_after_it_is_installed_by_night(box: Box) -> None:
    _a_day_passes(box)
    box.bring("0.5.2")
    box.server.offer(ROOMS, box.kept("0.5.2"))

    _is_done(box.night(status=0), "0.5.0", "0.5.2")

    assert set(box.installed().values()) == {"0.5.2"}


def a_night_without_a_package_server_says_so(box: Box) -> None:
    """None there, one that never answers, and one that another key signs; then it is back within the night."""
    _a_day_passes(box)
    box.bring("0.5.3")
    box.server.offer(ROOMS, box.kept("0.5.3"), Key())
    for serving in ("nobody", "mute", "files"):
        before = _kept(box)
        kept = box.night(status=1, serving=serving)
        last = kept["last"]
        print(f"          {serving}: {last['reason']}")
        assert (last["outcome"], last["to"]) == ("failed", ""), kept
        assert re.fullmatch(r"apt-get: .*127\.0\.0\.1.*", last["reason"]), kept
        assert {**kept, "last": None} == {**before, "last": None}
        assert set(box.installed().values()) == {"0.5.2"}
    box.server.offer(ROOMS, [])

    _is_done(box.night(status=0), "0.5.2", "0.5.3")


def a_night_installs_debians_security_corrections_alone(box: Box) -> None:
    """By unattended-upgrades with its own configuration; a box that needs a start for them is started anew, once."""
    old = [variants.small(name, "1", box.folder) for name in ("tested-library", "tested-tool")]
    box.system.run("dpkg", "--install", *(f"/test/packages/{path.name}" for path in old))
    box.server.offer(
        SECURITY, [variants.small("tested-library", "2", box.folder, postinst="touch /run/reboot-required")]
    )
    box.server.offer(OTHERS, [variants.small("tested-tool", "2", box.folder)])
    _set_policy(box, system="false")
    _a_day_passes(box)
    kept = box.night(status=0)
    assert (kept["pending"], kept["security"], _small(box)) == (2, 1, {"tested-library": "1", "tested-tool": "1"}), kept

    _set_policy(box, system="true")
    _a_day_passes(box)
    kept = box.night(status=0)

    assert (kept["pending"], kept["security"], _small(box)) == (1, 0, {"tested-library": "2", "tested-tool": "1"}), kept
    assert kept["reboot_required"] is True
    assert box.night(status=0) == kept
    assert box.system.path("/test/reboots").read_text() == "reboot\n"


def _set_policy(box: Box, **values: str) -> None:
    path = box.system.path(POLICY)
    text = path.read_text()
    for key, value in values.items():
        text, times = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        assert times == 1, key
    path.write_text(text)


def _window() -> str:
    """Open, and past its first half."""
    now = datetime.now(ZoneInfo(ZONE))  # noqa: TID251  # the box's own clock
    return f"{now - timedelta(hours=5):%H:%M}-{now + timedelta(hours=3):%H:%M}"


def _meeting_begins_in(box: Box, wait: timedelta) -> None:
    """The room's one meeting of these hours, as a calendar that was read left it."""
    begins = datetime.now(UTC) + wait  # noqa: TID251  # the box's own clock
    with closing(sqlite3.connect(box.system.path(DATABASE))) as database, database:
        times = [f"{each:%Y-%m-%dT%H:%M:%S.%f+00:00}" for each in (begins, begins + timedelta(minutes=30))]
        database.execute("UPDATE occurrence SET start = ?, \"end\" = ? WHERE meeting_id = 'mA'", times)
    box.system.shell("chown -R room-agent:room-agent /var/lib/room-agent")


def _a_day_passes(box: Box) -> None:
    kept = _kept(box)
    for key in ("checked", "finished"):
        kept[key] = (datetime.fromisoformat(kept[key]) - timedelta(days=1)).isoformat()
    box.system.path(KEPT).write_text(json.dumps(kept))


def _kept(box: Box) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(box.system.path(KEPT).read_text())
    return kept


def _is_done(kept: dict[str, Any], before: str, after: str) -> None:
    last = kept["last"]
    assert (last["outcome"], last["from"], last["to"], last["reason"]) == ("done", before, after, ""), kept
    assert kept["checked"] <= last["at"] <= kept["finished"], kept


def _version(box: Box) -> str:
    [version] = set(box.installed().values())
    return version


def _done_by_dpkg(box: Box) -> list[str]:
    return [line for line in box.system.path("/var/log/dpkg.log").read_text().splitlines() if " startup " not in line]


def _small(box: Box) -> dict[str, str]:
    names = ("tested-library", "tested-tool")
    listed = box.system.run("dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *names)
    return dict(line.split() for line in listed.splitlines())


STEPS: tuple[Callable[[Box], None], ...] = (
    nights_are_now_and_package_servers_there,
    a_night_near_a_meeting_is_postponed,
    a_free_night_installs_what_the_server_offers,
    the_same_night_does_nothing_more,
    a_version_that_does_not_start_is_taken_back_by_night,
    the_next_night_does_not_try_it_again,
    the_version_after_it_is_installed_by_night,
    a_night_without_a_package_server_says_so,
    a_night_installs_debians_security_corrections_alone,
)
