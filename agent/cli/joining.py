"""join-info: what an invitation gives a room to join with."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import path
from agent.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("join-info")(join_info)


def join_info(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="An invitation; default: stdin.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One JSON invitation a line in, one JSON answer a line out.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", parser=path, help="Configuration with hosts and rules of your own."),
    ] = None,
) -> None:
    """Say how a room joins an invitation.

    And why that way. Reads no calendar and no network. FILE is a .json in the join case format, a mail (.eml), or a
    body as HTML or text.
    """
    from agent.meetings.case_format import join_info_jsonl
    from agent.meetings.report import Asked, join_info_report

    asked = Asked()
    if config is not None:
        from agent.app.joining import asked_by

        asked = asked_by(config)
    try:
        source = sys.stdin.buffer if file is None else file.open("rb")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.", "join_info.bad_file") from error
    with source:
        if jsonl:
            lines = io.TextIOWrapper(source, "utf-8", errors="surrogateescape", newline="\n")
            raise typer.Exit(join_info_jsonl(lines, _write, asked.extractor, asked.trusts))
        name = file.name if file else "stdin.json"
        raise typer.Exit(join_info_report(name, source.read(), _write, asked))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
