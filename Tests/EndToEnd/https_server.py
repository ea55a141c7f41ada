"""A threaded HTTPS server that does each handshake on the connection's own thread."""

import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler

from http_receiver import Listener
from waiting import free_port


class HTTPSHandler(BaseHTTPRequestHandler):
    """Base of handlers: quiet, HTTP/1.1, gives up on a client that says nothing."""

    protocol_version = "HTTP/1.1"
    timeout = 300
    server_version = "test-double"

    def setup(self):
        super().setup()
        self.request.do_handshake()

    def log_message(self, *arguments):
        pass

    def bearer_token(self):
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if kind.lower() == "bearer" else None

    def certificate_user(self):
        """The common name of the client's certificate, None without one."""
        certificate = self.request.getpeercert() or {}
        names = dict(pair for part in certificate.get("subject", ()) for pair in part)
        return names.get("commonName")

    def respond(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _TLSListener(Listener):
    def __init__(self, address, handler, receiver):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler, receiver)

    def get_request(self):
        connection, address = super().get_request()
        return self.receiver.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False,
        ), address


class HTTPSServer:
    """Base of the servers: life cycle and certificate. It listens on the same port each time."""

    handler = HTTPSHandler

    def __init__(self, authority, host="127.0.0.1"):
        self.host = host
        self.port = free_port()
        self.address = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        self.url = f"https://{self.address}"
        self.lock = threading.RLock()
        self._server = None
        self.use_certificate_of(authority)

    def use_certificate_of(self, authority):
        """From the next handshake on the server shows a certificate of `authority`; clients may
        show one of it, too."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*authority.issue("server"))
        context.load_verify_locations(authority.ca_path)
        context.verify_mode = ssl.CERT_OPTIONAL
        self.authority = authority
        self.context = context

    @property
    def is_running(self):
        return self._server is not None

    def start(self):
        self._server = _TLSListener((self.host, self.port), self.handler, self)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True,
        ).start()
        return self

    def stop(self):
        """Goes down: refuses new connections, cuts open ones."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.cut_connections()

    def restart(self, seconds=0.0):
        """Is away for that long."""
        self.stop()
        time.sleep(seconds)
        self.start()
