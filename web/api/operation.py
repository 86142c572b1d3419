"""One operation of `/api/v1`: its route, its validators and its description, all from the same few words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator

from engine.text import Text
from web.api.schemas import FORMATS, PARAMETERS, REGISTERS, SCHEMAS

_CONVERTERS = {"id": "<int(max=9223372036854775807):id>", "slug": "<slug>", "code": "<code>"}
_CONVERTERS["format"] = f"<any({','.join(FORMATS)}):format>"
_CONVERTERS["register"] = f"<any({','.join(REGISTERS)}):register>"


@dataclass(frozen=True)
class Operation:
    """One route: `id` names the function in web/api/views.py that answers it."""

    id: str
    method: str
    path: str
    summary: Text
    answer: str | None  # the schema of the answer; None: bytes
    status: int = 200
    body: str | None = None  # the schema of a JSON body
    query: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)  # bodies that are not JSON, by media type
    answer_type: str = "application/json"  # or several with spaces between
    public: bool = False
    apart: bool = False  # what it does falls into several transactions; the view sees to them and to the key

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        rule = self.path
        for name, converter in _CONVERTERS.items():
            rule = rule.replace(f"{{{name}}}", converter)
        return rule

    @cached_property
    def optional_body(self) -> bool:
        return self.body is not None and not SCHEMAS[self.body].get("required")

    @cached_property
    def body_validator(self) -> Draft202012Validator | None:
        return _validator({"$ref": f"#/components/schemas/{self.body}"}) if self.body else None

    @cached_property
    def query_validator(self) -> Draft202012Validator:
        return _validator(
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {name: PARAMETERS[name]["schema"] for name in self.query},
                "required": [name for name in self.query if PARAMETERS[name].get("required")],
            }
        )

    @cached_property
    def whole_numbers(self) -> frozenset[str]:
        return frozenset(name for name in self.query if PARAMETERS[name]["schema"]["type"] == "integer")

    def described(self) -> dict[str, Any]:
        """The operation as OpenAPI writes it."""
        in_path = [name for name in _CONVERTERS if f"{{{name}}}" in self.path]
        names = [*in_path, *self.query, *(["Idempotency-Key"] if self.method == "POST" else [])]
        told: dict[str, Any] = {
            "operationId": self.id,
            "summary": self.summary.en,
            "description": self.summary.zh,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
            "responses": {str(self.status): self._answer(), **self._errors(bool(in_path))},
        }
        if self.public:
            told["security"] = []
        content = {kind: {"schema": schema} for kind, schema in self.raw.items()}
        if self.body:
            content = {"application/json": {"schema": _ref(self.body)}, **content}
        if content:
            told["requestBody"] = {"required": not self.optional_body, "content": content}
        return told

    def _answer(self) -> dict[str, Any]:
        schema = _ref(self.answer) if self.answer else {}
        return {"description": "OK", "content": {type: {"schema": schema} for type in self.answer_type.split()}}

    def _errors(self, in_path: bool) -> dict[str, Any]:
        statuses = set(self.errors) | {405}
        if not self.public:
            statuses |= {400, 401, 429, 503}
        if in_path:
            statuses |= {404}
        if self.body or self.raw:
            statuses |= {413, 415, 422}
        if self.method == "POST":
            statuses |= {403, 409}
        return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": {"schemas": SCHEMAS}}, validate_formats=True)
