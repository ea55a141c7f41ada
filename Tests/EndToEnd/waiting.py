"""Waiting for something to become true, and ports nobody else uses."""

import os
import random
import socket
import time


def wait_until(condition, timeout, what, interval=0.1):
    """Returns the first true value of `condition()`; raises AssertionError after `timeout` seconds.

    `what` completes the sentence "waited N s for ...". Exceptions of connections that are not
    there yet count as false.
    """
    deadline = time.monotonic() + timeout
    last = None
    while True:
        try:
            value = condition()
            if value:
                return value
            last = value
        except (ConnectionError, socket.timeout, OSError) as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s for {what}; last: {last!r}")
        time.sleep(interval)


_random = random.Random(os.getpid())


def free_port():
    """A TCP port of loopback that is free, below the range the kernel gives to clients."""
    while True:
        port = _random.randint(12000, 31000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
