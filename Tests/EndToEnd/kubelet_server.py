"""A stand-in for the kubelet's port: the pods of one node, to who has a token."""

import json
import time
from dataclasses import dataclass

from api_access import Access
from https_server import HTTPSHandler, HTTPSServer


@dataclass
class KubeletRequest:
    """One request as it came."""

    time: float
    path: str
    status: int


class _Handler(HTTPSHandler):
    def do_GET(self):
        server = self.server.receiver
        status, content_type, body = server.answer(self.path, self.bearer_token())
        with server.lock:
            server.requests.append(KubeletRequest(time.monotonic(), self.path, status))
        self.respond(status, {"Content-Type": content_type}, body)


class KubeletServer(HTTPSServer):
    """Serves `pods`, a function that returns the objects, at /pods."""

    handler = _Handler

    def __init__(self, authority, pods):
        super().__init__(authority)
        self.access = Access()
        self.pods = pods
        self.requests = []
        self.status = 200  # anything else is what every request is answered

    def answer(self, path, token):
        text = "text/plain; charset=utf-8"
        user = self.access.user(token, None)
        if user is None:
            return 401, text, b"Unauthorized"  # as recorded, without a line's end
        if self.status == 403:
            message = f"Forbidden (user={user}, verb=get, resource=nodes, subresource(s)=[pods proxy])"
            return 403, text, message.encode()
        if self.status != 200:
            return self.status, text, b"not now\n"
        if path.rstrip("/") != "/pods":
            return 404, text, b"404 page not found\n"
        listed = {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": self.pods()}
        return 200, "application/json", json.dumps(listed, separators=(",", ":")).encode()
