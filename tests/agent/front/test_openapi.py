"""The OpenAPI document: complete, of the right version, its references and examples good."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from agent.front import described_ops, described_setup
from agent.front.guard.peers import FOR_BEARERS
from tests.agent.front.conftest import Running

SETUP = {f"/api/v1/setup{path}" for path in {*described_setup.READS, *described_setup.WRITES}}
OPS = {f"/api/v1/ops{path}" for path in {*described_ops.READS, *described_ops.WRITES, "/stream"}}
PATHS = {
    "/",
    "/api/v1/room",
    "/api/v1/stream",
    "/api/v1/commands/join",
    "/api/v1/commands/refresh",
    "/api/v1/commands/show-input",
    "/api/v1/commands/show-mailbox",
    "/api/v1/commands/book",
    "/api/v1/commands/extend",
    "/api/v1/commands/end",
    "/api/v1/commands/cancel",
    "/api/v1/commands/check-in",
    "/api/v1/commands/undo",
    "/api/v1/commands/{id}",
    "/api/v1/meetings/{id}/qr/{way}",
    "/api/v1/typed",
    "/api/v1/look/{image}",
    "/api/v1/page",
    "/api/v1/status",
    "/livez",
    "/readyz",
    "/metrics",
    "/setup",
    "/api/v1/setup/qr",
    "/api/v1/setup/checks",
    "/api/v1/setup/steps/{step}",
    *SETUP,
    "/ops",
    *OPS,
}


@pytest.fixture
def document(front: Running) -> dict[str, Any]:
    answer = front.http.get("/openapi.json")
    assert answer.status_code == 200
    data: dict[str, Any] = answer.json()
    return data


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, verb, operation) for path, item in document["paths"].items() for verb, operation in item.items()]


def test_it_describes_every_public_path_in_words(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == PATHS
    for path, _, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)


def test_refusals_are_problems_under_their_media_type(document: dict[str, Any]) -> None:
    for path, verb, operation in operations(document):
        for status, response in operation["responses"].items():
            if status[0] == "4":
                assert set(response["content"]) == {"application/problem+json"}, (path, verb, status)


def test_what_changes_something_needs_the_token(document: dict[str, Any]) -> None:
    for path, verb, operation in operations(document):
        assert ({"token": []} in operation.get("security", [])) == (verb == "post"), path
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Room-Agent-Token")


def test_what_the_network_reads_needs_the_bearer_token_there_alone(document: dict[str, Any]) -> None:
    named = {path for path, _, each in operations(document) if {"bearer": []} in each.get("security", [])}
    assert named == FOR_BEARERS
    assert all(document["paths"][path]["get"]["security"] == [{}, {"bearer": []}] for path in named)
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_what_machines_watch_has_its_shape_well_and_ill(document: dict[str, Any], front: Running) -> None:
    for path in ("/readyz", "/api/v1/status"):
        answer = front.http.get(path)
        described = document["paths"][path]["get"]["responses"]
        for status in ("200", "503"):
            schema = described[status]["content"][answer.headers["content-type"]]["schema"]
            validator(document, schema).validate(answer.json())
            assert not validator(document, schema).is_valid([{}]), (path, status)
    assert set(document["paths"]["/metrics"]["get"]["responses"]["200"]["content"]) == {
        "text/plain",
        "application/openmetrics-text",
    }


def test_examples_and_real_answers_fit_their_schemas(document: dict[str, Any], front: Running) -> None:
    checked = 0
    for _, _, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (media for body in bodies for media in body.get("content", {}).values()):
            if "example" in media:
                validator(document, media["schema"]).validate(media["example"])
                checked += 1
    assert checked >= 9
    problem = document["components"]["schemas"]["ProblemDocument"]
    validator(document, problem).validate(front.http.get("/nothing").json())


def test_the_room_fits_its_schema(document: dict[str, Any], front: Running) -> None:
    content = document["paths"]["/api/v1/room"]["get"]["responses"]["200"]["content"]
    validator(document, content["application/json"]["schema"]).validate(front.http.get("/api/v1/room").json())


def validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
