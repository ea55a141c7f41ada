"""The objects that the simulated API server holds, with their versions and history."""

import base64
import copy
import json
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone

from api_resources import RESOURCES


class Expired(Exception):
    """A version that is asked for is forgotten; `rest` goes on after the last page, if it was one."""

    def __init__(self, version, rest=None):
        super().__init__(f"version {version} is forgotten")
        self.version = version
        self.rest = rest


@dataclass(frozen=True)
class Change:
    """One step of the history; `before` and `after` are None for what did not or does not exist."""

    version: int
    resource: object
    before: dict
    after: dict

    def event(self, selector):
        """The (type, object) that a watch with `selector` is told of; None if it is not concerned."""
        fitted = self.before is not None and selector.matches(self.before)
        fits = self.after is not None and selector.matches(self.after)
        if fits:
            return ("MODIFIED" if fitted else "ADDED"), self.after
        if fitted:
            # What left the selector is told of as it was when it still fitted.
            gone = copy.deepcopy(self.before)
            gone["metadata"]["resourceVersion"] = str(self.version)
            return "DELETED", gone
        return None


class APIObjects:
    """Everything under one resourceVersion, as etcd and the watch cache hold it together."""

    def __init__(self, first_version=1000):
        self.lock = threading.RLock()
        self.version = first_version
        self.oldest = first_version  # what changed before is no longer known
        self.watches = []            # each has `offer(change)`
        self._items = {resource: {} for resource in RESOURCES.values()}
        self._history = []

    def put(self, plural, item):
        """Creates or replaces an object; returns it as stored."""
        resource = RESOURCES[plural]
        item = copy.deepcopy(item)
        item.pop("kind", None)
        item.pop("apiVersion", None)
        metadata = item.setdefault("metadata", {})
        if resource.is_namespaced:
            metadata.setdefault("namespace", "default")
        key = (metadata.get("namespace", ""), metadata["name"])
        with self.lock:
            before = self._items[resource].get(key)
            known = before["metadata"] if before else {}
            metadata.setdefault("uid", known.get("uid") or str(uuid.uuid4()))
            metadata.setdefault("creationTimestamp", known.get("creationTimestamp") or now())
            self.version += 1
            metadata["resourceVersion"] = str(self.version)
            self._items[resource][key] = item
            self._tell(Change(self.version, resource, before, item))
        return item

    def update(self, plural, name, namespace="default", change=None):
        """Replaces an object by what `change` makes of a copy of it."""
        with self.lock:
            item = copy.deepcopy(self.get(plural, name, namespace))
            change(item)
            return self.put(plural, item)

    def delete(self, plural, name, namespace="default"):
        resource = RESOURCES[plural]
        with self.lock:
            before = self._items[resource].pop(self._key(resource, namespace, name))
            self.version += 1
            self._tell(Change(self.version, resource, before, None))

    def get(self, plural, name, namespace="default"):
        resource = RESOURCES[plural]
        with self.lock:
            return self._items[resource].get(self._key(resource, namespace, name))

    def all(self, plural):
        with self.lock:
            return [item for _, item in sorted(self._items[RESOURCES[plural]].items())]

    def load(self, folder):
        """Takes in lists as recorded: one file a resource, `pods.json` and so on."""
        with self.lock:
            for path in sorted(folder.glob("*.json")):
                if path.stem not in RESOURCES:
                    continue
                listed = json.loads(path.read_text())
                for item in listed["items"]:
                    metadata = item["metadata"]
                    key = (metadata.get("namespace", ""), metadata["name"])
                    self._items[RESOURCES[path.stem]][key] = item
                self.version = max(self.version, int(listed["metadata"]["resourceVersion"]))
            self.oldest = self.version

    def compact(self):
        """Forgets the history: watches and pages of earlier versions are refused from now on."""
        with self.lock:
            # One step forward, so that even the latest version a client knows is too old.
            self.version += 1
            self.oldest = self.version
            self._history.clear()

    def page(self, resource, selector, limit=0, token=None):
        """One page of a list: (version, items, token of the next page or None, how many are left)."""
        with self.lock:
            version, start = (_parse(token)) if token else (self.version, None)
            if version < 0:
                version = self.version
            if version < self.oldest:
                raise Expired(version, _token(-1, start))
            items = [(key, item) for key, item in sorted(self._as_of(resource, version).items())
                     if selector.matches(item) and (start is None or key >= start)]
        rest = items[limit:] if limit else []
        page = [item for _, item in (items[:limit] if limit else items)]
        return version, page, _token(version, rest[0][0]) if rest else None, len(rest)

    def changes_after(self, version):
        """The history after a version; call with the lock held."""
        if version < self.oldest:
            raise Expired(version)
        return [change for change in self._history if change.version > version]

    def _as_of(self, resource, version):
        items = dict(self._items[resource])
        for change in reversed(self._history):
            if change.version <= version:
                break
            if change.resource is resource:
                metadata = (change.after or change.before)["metadata"]
                key = (metadata.get("namespace", ""), metadata["name"])
                if change.before is None:
                    items.pop(key, None)
                else:
                    items[key] = change.before
        return items

    def _tell(self, change):
        self._history.append(change)
        for watch in self.watches:
            if watch.resource is change.resource:
                watch.offer(change)

    @staticmethod
    def _key(resource, namespace, name):
        return (namespace if resource.is_namespaced else "", name)


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def partial(item):
    """An object as metadata only."""
    return {
        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": item["metadata"],
    }


def _token(version, start):
    text = json.dumps({
        "v": "meta.k8s.io/v1", "rv": version, "start": f"{start[0]}/{start[1]}\0",
    }, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parse(token):
    fields = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    namespace, _, name = fields["start"].rstrip("\0").partition("/")
    return fields["rv"], (namespace, name)
