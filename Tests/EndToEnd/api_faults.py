"""Wrong answers of the simulated API server."""

import api_status


class APIFault:
    """One wrong answer, for the next request that it fits."""

    def __init__(self, kind, body=None, headers=None, seconds=0.0):
        self.kind = kind
        self.body = body
        self.headers = headers or {}
        self.seconds = seconds

    @classmethod
    def status(cls, body, **headers):
        """Answers with a Status object of `api_status` and its code."""
        return cls("status", body, {name.replace("_", "-"): value for name, value in headers.items()})

    @classmethod
    def busy(cls, seconds=1):
        """429 with Retry-After."""
        return cls.status(api_status.too_many_requests(seconds), Retry_After=seconds)

    @classmethod
    def garbage(cls):
        """200, and nonsense where JSON should be."""
        return cls("garbage")

    @classmethod
    def cut(cls):
        """The true answer, of which only the first half comes before the connection is closed."""
        return cls("cut")

    @classmethod
    def close(cls):
        """Closes without a word."""
        return cls("close")

    @classmethod
    def hang(cls, seconds):
        """Says nothing for that long, then closes."""
        return cls("hang", seconds=seconds)
