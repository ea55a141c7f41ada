"""An Elasticsearch-compatible `_bulk` endpoint, written from the API's documentation alone."""

import json
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from http_receiver import HTTPReceiver

JSON = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}


class MalformedBulk(Exception):
    """A body that the bulk API would refuse."""


def parse_bulk(body, default_index=None):
    """The (action, metadata, document) triples of one bulk body."""
    if not body.endswith(b"\n"):
        raise MalformedBulk("the bulk request must be terminated by a newline")
    lines = body.split(b"\n")[:-1]
    triples = []
    position = 0
    while position < len(lines):
        try:
            header = json.loads(lines[position])
            (action, metadata), = header.items()
        except (ValueError, AttributeError) as error:
            raise MalformedBulk(f"line {position + 1} is no action: {error}") from error
        if action not in ("create", "index"):
            raise MalformedBulk(f"line {position + 1}: action {action!r} is not expected here")
        if position + 1 >= len(lines):
            raise MalformedBulk(f"line {position + 1}: an action without its document")
        try:
            document = json.loads(lines[position + 1])
        except ValueError as error:
            raise MalformedBulk(f"line {position + 2} is no JSON: {error}") from error
        if not metadata.get("_index", default_index):
            raise MalformedBulk(f"line {position + 1}: no index named")
        triples.append((action, {"_index": default_index, **metadata}, document))
        position += 2
    return triples


class BulkReceiver(HTTPReceiver):
    """Stores documents; counts each delivery, so that a duplicate is seen however it is keyed.

    `item_status(document)` may refuse single items: it returns None or an (status, error type).
    """

    def __init__(self):
        super().__init__()
        self.stored = {}  # (index, _id) -> document; _id made up here where none was sent
        self.deliveries = []  # every document of every accepted item, in order of arrival
        self.batches = []  # number of items of every request that was not refused as a whole
        self.malformed = []  # what was wrong with requests that the API would refuse
        self.conflicts = 0
        self.updates = 0
        self.item_status = None

    # What tests ask

    def field_counts(self, field="log"):
        """How often each value of `field` was delivered."""
        with self.lock:
            return Counter(document.get(field) for document in self.deliveries)

    def count(self):
        with self.lock:
            return len(self.deliveries)

    def documents(self):
        with self.lock:
            return list(self.deliveries)

    # The protocol

    def handle_get(self, path):
        answers = {
            "/": {"name": "double", "version": {"number": "8.15.0"}, "tagline": "You Know"},
            "/_cluster/health": {"status": "green", "number_of_nodes": 1},
        }
        answer = answers.get(urlsplit(path).path)
        if answer is None:
            return 404, JSON, b'{"error":"no such path"}'
        return 200, JSON, json.dumps(answer).encode()

    def handle_post(self, path, headers, body):
        parts = urlsplit(path)
        segments = [segment for segment in parts.path.split("/") if segment]
        if not segments or segments[-1] != "_bulk" or len(segments) > 2:
            return 404, JSON, b'{"error":"no such path","status":404}'
        content_type = headers.get("Content-Type", "").split(";")[0]
        if content_type not in ("application/x-ndjson", "application/json"):
            return 406, JSON, b'{"error":"Content-Type header is not supported","status":406}'
        try:
            triples = parse_bulk(body, segments[0] if len(segments) == 2 else None)
        except MalformedBulk as error:
            with self.lock:
                self.malformed.append(str(error))
            reply = {"error": {"type": "illegal_argument_exception", "reason": str(error)},
                     "status": 400}
            return 400, JSON, json.dumps(reply).encode()
        with self.lock:
            self.batches.append(len(triples))
            items = [{action: self._store(action, metadata, document)}
                     for action, metadata, document in triples]
        reply = {
            "took": 1,
            "errors": any(status["status"] >= 300 for item in items for status in item.values()),
            "items": items,
        }
        kept = parse_qs(parts.query).get("filter_path")
        if kept:
            reply = _filtered(reply, kept[0].split(","))
        return 200, JSON, json.dumps(reply).encode()

    def _store(self, action, metadata, document):
        index, identifier = metadata["_index"], metadata.get("_id")
        refused = self.item_status(document) if self.item_status else None
        if refused:
            status, kind = refused
            return {"_index": index, "_id": identifier, "status": status,
                    "error": {"type": kind, "reason": "injected by the test"}}
        self.deliveries.append(document)
        if identifier is None:
            identifier = f"generated-{len(self.deliveries)}"
        known = (index, identifier) in self.stored
        if known and action == "create":
            self.conflicts += 1
            return {"_index": index, "_id": identifier, "status": 409,
                    "error": {"type": "version_conflict_engine_exception",
                              "reason": "document already exists"}}
        self.updates += known
        self.stored[index, identifier] = document
        return {"_index": index, "_id": identifier, "_version": 1,
                "result": "updated" if known else "created", "status": 200 if known else 201}


def _filtered(reply, paths):
    """The part of `reply` that Elasticsearch's `filter_path` would leave."""
    out = {}
    item_keys = set()
    for path in paths:
        pieces = path.split(".")
        if pieces == ["items"]:
            item_keys = None
        elif pieces[0] == "items":
            if item_keys is not None and len(pieces) >= 3:
                item_keys.add(pieces[2])
        elif pieces[0] in reply:
            out[pieces[0]] = reply[pieces[0]]
    if item_keys is None:
        out["items"] = reply["items"]
    elif item_keys:
        items = [
            {action: {k: v for k, v in status.items() if k in item_keys}
             for action, status in item.items()}
            for item in reply["items"]
        ]
        if any(status for item in items for status in item.values()):
            out["items"] = items
    return out
