"""One request to the simulated API server, and its answer."""

import gzip
import json
import random
import time
import urllib.parse
from dataclasses import dataclass

import api_status
from api_objects import Expired, partial
from api_resources import BadSelector, Selector, parse_path
from api_watch import Watch

_PARTIAL_OBJECT = "as=PartialObjectMetadata"
# Above it a real server compresses lists for who accepts it.
_COMPRESSED_FROM = 128 * 1024
_CHUNKED_FROM = 4 * 1024


@dataclass
class Request:
    """One request as it came, and what became of it."""

    time: float
    verb: str
    resource: str
    namespace: str
    name: str
    query: dict
    headers: dict
    user: str = None
    status: int = 0
    bytes_sent: int = 0
    events: int = 0
    is_open: bool = True

    @property
    def is_metadata_only(self):
        return _PARTIAL_OBJECT in self.headers.get("Accept", "")


class Exchange:
    """One request and its answer."""

    def __init__(self, handler, server):
        self.handler = handler
        self.server = server
        parts = urllib.parse.urlsplit(handler.path)
        self.path = parts.path
        self.query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        self.place = parse_path(parts.path)
        resource, namespace, name = self.place or (None, None, None)
        self.request = Request(
            time.monotonic(), self._verb(handler.command, name), resource and resource.plural,
            namespace, name, self.query, dict(handler.headers),
        )
        with server.lock:
            server.requests.append(self.request)

    def _verb(self, method, name):
        if method != "GET":
            return {"POST": "create", "PUT": "update"}.get(method, method.lower())
        if self.query.get("watch") in ("1", "true"):
            return "watch"
        return "get" if name or not self.place else "list"

    def run(self):
        try:
            self._answer()
        finally:
            self.request.is_open = False

    def _answer(self):
        time.sleep(self.server.delay)
        fault = self.server.take_fault(self.request)
        if fault is not None and fault.kind != "cut":
            return self._go_wrong(fault)
        user = self.server.access.user(self.handler.bearer_token(), self.handler.certificate_user())
        self.request.user = user
        if user is None:
            return self._fail(api_status.unauthorized())
        if self.path in ("/healthz", "/livez", "/readyz"):
            return self._send(200, b"ok", "text/plain; charset=utf-8")
        if self.path == "/version":
            return self._send_json({"major": "1", "minor": "36", "gitVersion": "v1.36.2"})
        if self.place is None:
            return self._fail(api_status.no_such_path())
        resource, namespace, name = self.place
        try:
            selector = Selector(
                resource, namespace, self.query.get("labelSelector", ""),
                self.query.get("fieldSelector", ""),
            )
        except BadSelector as error:
            return self._fail(api_status.bad_request(str(error)))
        name = name or selector.name
        if not self.server.access.is_allowed(user, self.request.verb, resource):
            return self._fail(
                api_status.forbidden(user, self.request.verb, resource, namespace, name),
            )
        accept = self.handler.headers.get("Accept", "*/*")
        if not any(kind in accept for kind in ("application/json", "*/*", "application/*")):
            return self._fail(api_status.not_acceptable())
        if self.request.verb == "get":
            return self._get(resource, namespace, name)
        if self.request.verb == "list":
            return self._list(resource, selector, fault)
        if self.request.verb == "watch":
            return self._watch(resource, selector)
        return self._fail(api_status.status(405, "MethodNotAllowed", "the agent writes nothing"))

    def _get(self, resource, namespace, name):
        item = self.server.objects.get(resource.plural, name, namespace)
        if item is None:
            return self._fail(api_status.not_found(resource, name))
        if self.request.is_metadata_only:
            return self._send_json(partial(item))
        self._send_json({"kind": resource.kind, "apiVersion": resource.api_version, **item})

    def _list(self, resource, selector, fault):
        objects = self.server.objects
        wanted = int(self.query.get("resourceVersion") or 0)
        if wanted > objects.version:
            return self._fail(api_status.too_large(wanted, objects.version), {"Retry-After": 1})
        limit = int(self.query.get("limit") or 0)
        limit = int(min(limit or float("inf"), self.server.page_size, 10**9))
        try:
            version, items, token, left = objects.page(
                resource, selector, limit, self.query.get("continue"),
            )
        except Expired as error:
            return self._fail(api_status.continue_expired(error.rest))
        metadata = {"resourceVersion": str(version)}
        if token:
            metadata["continue"] = token
            if selector.is_everything:
                metadata["remainingItemCount"] = left
        if self.request.is_metadata_only:
            kind, api_version = "PartialObjectMetadataList", "meta.k8s.io/v1"
            items = [partial(item) for item in items]
        else:
            kind, api_version = f"{resource.kind}List", resource.api_version
        body = {"kind": kind, "apiVersion": api_version, "metadata": metadata, "items": items}
        self._send_json(body, is_cut=fault is not None)

    def _watch(self, resource, selector):
        objects = self.server.objects
        version = self.query.get("resourceVersion") or "0"
        initial = self.query.get("sendInitialEvents") == "true"
        if initial and self.server.initial_events == "refused":
            return self._fail(api_status.no_initial_events())
        if initial and self.query.get("resourceVersionMatch") != "NotOlderThan":
            return self._fail(api_status.bad_request("sendInitialEvents needs resourceVersionMatch"))
        watch = Watch(self.request, resource, selector, self.request.is_metadata_only)
        with objects.lock:
            try:
                if version == "0" or initial:
                    for item in objects.all(resource.plural):
                        if selector.matches(item):
                            watch.add_initial(item)
                    if initial and self.server.initial_events == "served":
                        watch.send_bookmark(objects.version, ends_initial_events=True)
                else:
                    for change in objects.changes_after(int(version)):
                        if change.resource is resource:
                            watch.offer(change)
            except Expired:
                too_old = api_status.too_old(version, objects.oldest)
                if self.server.gone_by_status:
                    return self._fail(too_old)
                watch.send_event("ERROR", too_old)
                watch.end()
            objects.watches.append(watch)
        try:
            self._stream(watch)
        finally:
            with objects.lock:
                if watch in objects.watches:
                    objects.watches.remove(watch)

    def _stream(self, watch):
        asked = float(self.query.get("timeoutSeconds") or random.uniform(1800, 3600))
        takes_bookmarks = self.query.get("allowWatchBookmarks") in ("1", "true")

        def bookmark(watch):
            if watch is not None and takes_bookmarks:
                with self.server.objects.lock:
                    watch.send_bookmark(self.server.objects.version)
            return self.server.bookmark_interval

        self._begin(200, "application/json", {"Transfer-Encoding": "chunked"})
        ended = watch.run(
            self.handler.connection, self._write_chunk, min(asked, self.server.longest_watch), bookmark,
        )
        if ended:
            self.handler.wfile.write(b"0\r\n\r\n")
        else:
            self.handler.close_connection = True

    def _write_chunk(self, piece):
        if piece:
            self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.request.bytes_sent += len(piece)

    def _go_wrong(self, fault):
        if fault.kind == "status":
            return self._fail(fault.body, fault.headers)
        if fault.kind == "garbage":
            return self._send(200, b"\x00\xff<html>}}not what was asked for{{")
        self.handler.close_connection = True
        time.sleep(fault.seconds)

    def _fail(self, body, headers=None):
        self._send_json(body, body["code"], headers)

    def _send_json(self, body, code=200, headers=None, is_cut=False):
        text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        self._send(code, text, headers=headers, is_cut=is_cut)

    def _send(self, code, body, content_type="application/json", headers=None, is_cut=False):
        headers = dict(headers or {})
        is_large = len(body) > _CHUNKED_FROM
        accepted = self.handler.headers.get("Accept-Encoding", "")
        if len(body) > _COMPRESSED_FROM and "gzip" in accepted:
            body = gzip.compress(body, 4)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self._begin(code, content_type, {
            **headers, **({"Transfer-Encoding": "chunked"} if is_large else {"Content-Length": len(body)}),
        })
        sent = body[: len(body) // 2] if is_cut else body
        self.request.bytes_sent += len(sent)
        if is_large:
            for start in range(0, len(sent), 16384):
                piece = sent[start:start + 16384]
                self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if not is_cut:
                self.handler.wfile.write(b"0\r\n\r\n")
        else:
            self.handler.wfile.write(sent)
        if is_cut:
            self.handler.close_connection = True

    def _begin(self, code, content_type, headers):
        self.request.status = code
        self.handler.send_response(code)
        for name, value in {
            "Audit-Id": "00000000-0000-4000-8000-000000000000", "Cache-Control": "no-cache, private",
            "Content-Type": content_type, **headers,
        }.items():
            self.handler.send_header(name, str(value))
        self.handler.end_headers()
