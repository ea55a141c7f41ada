"""A simulated Kubernetes API server: TLS, tokens, lists, watches, and faults on demand.

Bodies are shaped as recorded from a real one. Everything that was asked is written down.
"""

from api_access import Access
from api_exchange import Exchange
from api_objects import APIObjects
from api_watch import event_line, half
from https_server import HTTPSHandler, HTTPSServer


class _Handler(HTTPSHandler):
    def do_GET(self):
        Exchange(self, self.server.receiver).run()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Exchange(self, self.server.receiver).run()

    do_PUT = do_PATCH = do_DELETE = do_POST


class APIServer(HTTPSServer):
    """The server. `objects` holds what it serves, `access` who may ask, `requests` who asked."""

    handler = _Handler

    def __init__(self, authority, host="127.0.0.1"):
        super().__init__(authority, host)
        self.objects = APIObjects()
        self.access = Access()
        self.requests = []
        self.initial_events = "served"  # or "refused" or "ignored", as older servers do
        self.bookmark_interval = 60.0
        self.longest_watch = float("inf")  # ends watches earlier than they ask for
        self.page_size = float("inf")      # pages are never larger, whatever is asked for
        self.gone_by_status = False  # too old versions: HTTP 410 instead of an ERROR event
        self.delay = 0.0
        self._faults = []

    def stop(self):
        """Goes down, with its watches; the objects stay, as etcd keeps them."""
        super().stop()
        with self.objects.lock:
            self.objects.watches.clear()

    def client_options(self, folder, token=None, name="token"):
        """The keys by which a client (Prometheus's too) is told of this server, with a token file."""
        token_path = folder / name
        token_path.write_text(token or self.access.issue())
        return {
            "api_server": self.url, "authorization": {"credentials_file": str(token_path)},
            "tls_config": {"ca_file": str(self.authority.ca_path)},
        }

    # What was asked.

    def asked(self, verb=None, resource=None, since=0.0, **query):
        """The requests that fit; `since` is of the monotonic clock."""
        with self.lock:
            return [
                request for request in self.requests
                if verb in (None, request.verb) and resource in (None, request.resource)
                and request.time >= since
                and all(request.query.get(key) == value for key, value in query.items())
            ]

    def open_watches(self, resource=None):
        """The requests of the watches that are open now."""
        return [request for request in self.asked("watch", resource) if request.is_open]

    # Faults.

    def fail(self, fault, verb=None, resource=None, times=1):
        """Lets the next `times` requests that fit go wrong."""
        with self.lock:
            self._faults.append([fault, verb, resource, times])

    def recover(self):
        """Forgets the faults that are still waiting."""
        with self.lock:
            self._faults.clear()

    def take_fault(self, request):
        with self.lock:
            for entry in self._faults:
                fault, verb, resource, _ = entry
                if verb in (None, request.verb) and resource in (None, request.resource):
                    entry[3] -= 1
                    if entry[3] <= 0:
                        self._faults.remove(entry)
                    return fault
        return None

    def watches(self, plural=None):
        with self.objects.lock:
            return [
                watch for watch in self.objects.watches
                if plural in (None, watch.resource.plural)
            ]

    def send_event(self, kind, item, plural=None):
        """Lets open watches hear of an event of whatever type and content."""
        for watch in self.watches(plural):
            watch.send_event(kind, item)

    def send_bytes(self, piece, plural=None):
        for watch in self.watches(plural):
            watch.send(piece)

    def cut_watches(self, plural=None, in_an_event=True):
        """Closes open watches in the middle of an event, or between two."""
        line = half(event_line("MODIFIED", {"metadata": {"name": "half"}})) if in_an_event else b""
        for watch in self.watches(plural):
            watch.cut(line)

    def end_watches(self, plural=None):
        """Ends open watches in order, as the server's time-out does."""
        for watch in self.watches(plural):
            watch.end()

    def silence_watches(self, plural=None):
        """From now on nothing comes on the watches that are open, and they stay open."""
        for watch in self.watches(plural):
            watch.is_silent = True
