"""Strict validation against the API server's OpenAPI v3 documents: unknown fields are errors."""

import json
import re

PATTERNS = {
    # Quantity and the names that the API server checks beyond its schema.
    "quantity": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?\d+))?"),
}
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"


class Schemas:
    """Every `components/schemas` entry of the documents in one folder."""

    def __init__(self, folder):
        self.by_name = {}
        for path in sorted(folder.glob("*.json")):
            self.by_name.update(json.loads(path.read_text())["components"]["schemas"])
        self.by_kind = {}
        for name, schema in self.by_name.items():
            for kind in schema.get("x-kubernetes-group-version-kind", []):
                key = (kind["group"], kind["version"], kind["kind"])
                # Options types carry every group's kinds; the object itself has `metadata`.
                if {"apiVersion", "kind", "metadata"} <= schema.get("properties", {}).keys():
                    self.by_kind[key] = name

    def problems(self, document):
        """Sentences about everything in `document` that the API would refuse; empty if none."""
        group, _, version = document.get("apiVersion", "").rpartition("/")
        name = self.by_kind.get((group, version, document.get("kind")))
        if name is None:
            return [f"no schema for {document.get('apiVersion')} {document.get('kind')}"]
        found = []
        self._check(document, {"$ref": f"#/components/schemas/{name}"}, document["kind"], found)
        return found

    def _check(self, value, schema, path, found):
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if name == QUANTITY and isinstance(value, str):
                if not PATTERNS["quantity"].fullmatch(value):
                    found.append(f"{path}: {value!r} is no quantity")
                return
            return self._check(value, self.by_name[name], path, found)
        for part in schema.get("allOf", []):
            self._check(value, part, path, found)
        if "oneOf" in schema:
            tried = []
            for part in schema["oneOf"]:
                problems = []
                self._check(value, part, path, problems)
                tried.append(problems)
            if all(tried):
                found.append(f"{path}: {value!r} fits none of {len(tried)} allowed forms")
        kind = schema.get("type")
        if kind == "object":
            self._check_object(value, schema, path, found)
        elif kind == "array":
            if not isinstance(value, list):
                found.append(f"{path}: expected a list, found {value!r}")
            else:
                for index, item in enumerate(value):
                    self._check(item, schema["items"], f"{path}[{index}]", found)
        elif kind is not None and not _is_scalar(value, kind):
            found.append(f"{path}: expected {kind}, found {value!r}")
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{path}: {value!r} is none of {schema['enum']}")

    def _check_object(self, value, schema, path, found):
        if not isinstance(value, dict):
            found.append(f"{path}: expected an object, found {value!r}")
            return
        properties = schema.get("properties", {})
        extra = schema.get("additionalProperties")
        for key in schema.get("required", []):
            if key not in value:
                found.append(f"{path}: {key} is missing")
        for key, item in value.items():
            if key in properties:
                self._check(item, properties[key], f"{path}.{key}", found)
            elif isinstance(extra, dict):
                self._check(item, extra, f"{path}.{key}", found)
            elif properties:
                found.append(f"{path}.{key}: unknown field")


def _is_scalar(value, kind):
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, (int, float)) and not isinstance(value, bool)
