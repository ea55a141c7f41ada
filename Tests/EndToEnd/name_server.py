"""A name server that answers what a test tells it to, over UDP and TCP."""

import socket
import socketserver
import struct
import threading

A, NS, CNAME, MX, AAAA, SRV = 1, 2, 5, 15, 28, 33
NAME_ERROR, SERVER_FAILURE = 3, 2


def wire_name(name):
    """A name as it stands in a message, not compressed."""
    labels = [label.encode() for label in name.strip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def service(host, port):
    return struct.pack("!HHH", 0, 10, port) + wire_name(host)


class NameServer:
    """`records[(name, type)]` is a list of (type, data), or a code for a failure.

    Names that are not there do not exist. Answers of more than `datagram_limit` records are cut
    over UDP, so that they have to be asked for again over TCP.
    """

    datagram_limit = 20

    def __init__(self):
        self.records = {}
        self.asked = []  # (how, name, type)
        outer = self

        class Datagrams(socketserver.BaseRequestHandler):
            def handle(self):
                data, channel = self.request
                answer = outer._answer(data, "udp")
                if answer is not None:
                    channel.sendto(answer, self.client_address)

        class Streams(socketserver.BaseRequestHandler):
            def handle(self):
                size = struct.unpack("!H", self.request.recv(2, socket.MSG_WAITALL))[0]
                answer = outer._answer(self.request.recv(size, socket.MSG_WAITALL), "tcp")
                if answer is not None:
                    # In two pieces, as a network may cut it.
                    framed = struct.pack("!H", len(answer)) + answer
                    self.request.sendall(framed[:5])
                    self.request.sendall(framed[5:])

        self._datagrams, self._streams = self._listen(Datagrams, Streams)
        self.port = self._datagrams.server_address[1]
        self.address = f"127.0.0.1:{self.port}"

    @staticmethod
    def _listen(datagrams, streams):
        """Servers of both kinds on one number, which only one of the kinds may have free."""
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        for _ in range(20):
            server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), datagrams)
            try:
                return server, socketserver.ThreadingTCPServer(server.server_address, streams)
            except OSError:
                server.server_close()
        raise AssertionError("no port is free for both UDP and TCP")

    def start(self):
        for server in (self._datagrams, self._streams):
            server.daemon_threads = True
            threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True,
            ).start()
        return self

    def stop(self):
        for server in (self._datagrams, self._streams):
            server.shutdown()
            server.server_close()

    def _answer(self, query, how):
        labels, offset = [], 12
        while query[offset]:
            labels.append(query[offset + 1:offset + 1 + query[offset]].decode())
            offset += 1 + query[offset]
        kind = struct.unpack("!H", query[offset + 1:offset + 3])[0]
        name = ".".join(labels)
        self.asked.append((how, name, kind))
        records, code, flags = self.records.get((name, kind), NAME_ERROR), 0, 0x8180
        if records is None:
            return None
        if isinstance(records, int):
            records, code = [], records
        elif how == "udp" and len(records) > self.datagram_limit:
            records, flags = records[:3], flags | 0x0200
        head = query[:2] + struct.pack("!HHHHH", flags | code, 1, len(records), 0, 0)
        body = query[12:offset + 5]
        for record, data in records:
            body += b"\xc0\x0c" + struct.pack("!HHIH", record, 1, 30, len(data)) + data
        return head + body
