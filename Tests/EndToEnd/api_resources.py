"""What the simulated API server knows of paths, kinds and selectors."""

import re
from dataclasses import dataclass

_METADATA = frozenset({"metadata.name", "metadata.namespace"})


@dataclass(frozen=True)
class Resource:
    """One resource of the API, such as `pods`."""

    plural: str
    kind: str
    group: str = ""
    version: str = "v1"
    is_namespaced: bool = True
    # Where a field selector may look; the API server has such a list for each resource.
    fields: frozenset = _METADATA

    @property
    def api_version(self):
        return f"{self.group}/{self.version}" if self.group else self.version


def _fields(*paths):
    return _METADATA | set(paths)


RESOURCES = {resource.plural: resource for resource in (
    Resource("pods", "Pod", fields=_fields(
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
        "spec.hostNetwork", "status.phase", "status.podIP",
    )),
    Resource("nodes", "Node", is_namespaced=False, fields=_fields("spec.unschedulable")),
    Resource("services", "Service", fields=_fields("spec.clusterIP", "spec.type")),
    Resource("endpoints", "Endpoints"),
    Resource("namespaces", "Namespace", is_namespaced=False, fields=_fields("status.phase")),
    Resource("events", "Event", fields=_fields(
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
        "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
        "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    )),
    Resource("endpointslices", "EndpointSlice", "discovery.k8s.io"),
    Resource("ingresses", "Ingress", "networking.k8s.io"),
    Resource("replicasets", "ReplicaSet", "apps", fields=_fields("status.replicas")),
    Resource("jobs", "Job", "batch", fields=_fields("status.successful")),
)}


def parse_path(path):
    """(resource, namespace, name) of a request's path; None for what is not served."""
    parts = path.strip("/").split("/")
    if parts[:2] == ["api", "v1"]:
        group, rest = "", parts[2:]
    elif parts[0] == "apis" and len(parts) > 3:
        group, rest = parts[1], parts[3:]
    else:
        return None
    namespace = None
    if len(rest) >= 3 and rest[0] == "namespaces":
        namespace, rest = rest[1], rest[2:]
    resource = RESOURCES.get(rest[0]) if rest else None
    if resource is None or resource.group != group or len(rest) > 2:
        return None
    if parts[0] == "apis" and parts[2] != resource.version:
        return None
    return resource, namespace, (rest[1] if len(rest) == 2 else None)


class BadSelector(Exception):
    """A selector that the API server refuses, in its own words."""


class Selector:
    """Which objects a request is about: a namespace, labels and fields."""

    def __init__(self, resource, namespace, labels, fields):
        self.namespace = namespace
        self._fields = _parse_fields(fields, resource)
        self._labels = _parse_labels(labels)

    @property
    def is_everything(self):
        return not (self._fields or self._labels)

    @property
    def name(self):
        """The one name that is asked for, if it is one; access is checked for that name then."""
        return next(
            (value for path, is_equal, value in self._fields if path == "metadata.name" and is_equal),
            None,
        )

    def matches(self, item):
        metadata = item["metadata"]
        if self.namespace and metadata.get("namespace") != self.namespace:
            return False
        for path, is_equal, wanted in self._fields:
            if (_field(item, path) == wanted) != is_equal:
                return False
        labels = metadata.get("labels") or {}
        return all(accepts(labels.get(key)) for key, accepts in self._labels)


def _field(item, path):
    for key in path.split("."):
        item = (item or {}).get(key) if isinstance(item, dict) else None
    if isinstance(item, bool):
        return str(item).lower()
    return "" if item is None else str(item)


def _parse_fields(text, resource):
    found = []
    for term in filter(None, text.split(",")):
        match = re.fullmatch(r"([^=!]+)(!=|==|=)(.*)", term)
        if not match:
            raise BadSelector(f"invalid selector: '{text}'; can't understand '{term}'")
        path, operator, value = match.groups()
        if path not in resource.fields:
            raise BadSelector(f"field label not supported: {path}")
        found.append((path, operator != "!=", value))
    return found


_SET = re.compile(r"\s*([^\s,()!=]+)\s+(in|notin)\s+\(([^)]*)\)\s*(?:,|$)")
_EQUALITY = re.compile(r"\s*([^\s,()!=]+)\s*(!=|==|=)\s*([^\s,()!=]*)\s*(?:,|$)")
_EXISTS = re.compile(r"\s*(!?)([^\s,()!=]+)\s*(?:,|$)")


def _parse_labels(text):
    """Pairs of a key and what says whether its value (None if it is absent) fits."""
    found = []
    position = 0
    while position < len(text):
        if match := _SET.match(text, position):
            key, operator, values = match.groups()
            allowed = {value.strip() for value in values.split(",")}
            is_in = operator == "in"
            # `notin` also selects what has no such label.
            found.append((key, lambda v, a=allowed, i=is_in: (v in a) == i))
        elif match := _EQUALITY.match(text, position):
            key, operator, wanted = match.groups()
            is_equal = operator != "!="
            found.append((key, lambda v, w=wanted, e=is_equal: (v == w) == e))
        elif match := _EXISTS.match(text, position):
            wants_none = bool(match[1])
            found.append((match[2], lambda v, n=wants_none: (v is None) == n))
        else:
            raise BadSelector(f"unable to parse requirement: found '{text[position:]}'")
        position = match.end()
    return found
