"""The document and the routes are the same thing."""

import re

from tests.api.conftest import Interface
from web.api import openapi
from web.api.schemas import SCHEMAS


def routes(api: Interface) -> set[tuple[str, str]]:
    """Method and path of every route below the prefix, written as OpenAPI writes them."""
    found = set()
    for rule in api.app.extensions["api"].url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]*:)?(\w+)>", r"{\1}", rule.rule.removeprefix(openapi.PREFIX))
        found |= {(method, path) for method in (rule.methods or set()) - {"HEAD"}}
    return found


def described(document: dict) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item}


def test_every_route_is_described_and_every_described_route_exists(api: Interface) -> None:
    assert routes(api) == described(openapi.document())


def test_the_document_is_served_to_anybody(api: Interface) -> None:
    told = api.app.test_client().get("/api/v1/openapi.json")
    assert told.status_code == 200
    assert told.json == openapi.document()


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document = openapi.document()
    references: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            references.extend([value["$ref"]] if "$ref" in value else [])
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(document)
    assert references
    for reference in references:
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_no_schema_is_left_over() -> None:
    text = str(openapi.document()["paths"]) + str(SCHEMAS) + str(openapi.document()["components"]["responses"])
    used = set(re.findall(r"#/components/schemas/(\w+)", text)) | {"PackageUpload", "FileUpload"}
    assert set(SCHEMAS) == used


def test_every_body_is_closed_against_unknown_fields() -> None:
    for operation in openapi.OPERATIONS:
        if operation.body:
            assert SCHEMAS[operation.body]["additionalProperties"] is False, operation.id
