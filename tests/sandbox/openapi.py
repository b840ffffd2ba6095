"""X's own OpenAPI files as a judge of the sandbox's answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Json = Any
FOLDER = Path(__file__).parents[3] / "shared" / "x_api"
FILES = {"tweet": "openapi-2.159.json", "post": "openapi-2.167.json"}
# Objects in which the sandbox may say nothing that X's file does not know.
CLOSED = ("User", "Tweet", "Post", "Expansions", "UserPublicMetrics", "PostPublicMetrics", "SearchCount")


class Judge:
    """Finds what X's file of one vocabulary has against a body."""

    def __init__(self, vocabulary: str) -> None:
        """Read the file of one vocabulary, or skip the test."""
        path = FOLDER / FILES[vocabulary]
        if not path.exists():
            pytest.skip(f"X's OpenAPI file {path} is not here, so the sandbox's answers cannot be compared with it.")
        self._paths = json.loads(path.read_text())["paths"]
        document = json.loads(path.read_text())
        for name in CLOSED:
            schema = document["components"]["schemas"].get(name, {})
            _close(schema)
        resource = Resource.from_contents(with_nulls(document), default_specification=DRAFT202012)
        self._registry = Registry().with_resource("x", resource)

    def complaints(self, path: str, body: Json) -> list[str]:
        """What is wrong with a 200 body of a path, e.g. /2/users/{id}/followers."""
        answers = self._paths[path]["get"]["responses"]
        return self._against(answers["200"]["content"]["application/json"]["schema"]["$ref"], body)

    def problem_complaints(self, schema: str, body: Json) -> list[str]:
        """What is wrong with a problem, by the name of its schema."""
        return self._against(f"#/components/schemas/{schema}", body)

    def _against(self, reference: str, body: Json) -> list[str]:
        judge = Draft202012Validator({"$ref": "x" + reference}, registry=self._registry, format_checker=FormatChecker())
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in judge.iter_errors(body)]


def _close(schema: Json) -> None:
    if isinstance(schema, dict) and "properties" in schema:
        schema["additionalProperties"] = False
        metrics = schema["properties"].get("public_metrics", {})
        if "properties" in metrics:
            metrics["additionalProperties"] = False


def with_nulls(schema: Json) -> Json:
    """OpenAPI 3.0's `nullable: true` as JSON Schema says it: null is one more allowed type and value."""
    if isinstance(schema, list):
        return [with_nulls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: with_nulls(part) for name, part in schema.items() if name not in {"nullable", "discriminator"}}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain
