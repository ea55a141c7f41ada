"""Who may ask the simulated API server for what: tokens, client certificates, roles."""

import secrets
import threading
import time


class Access:
    """Tokens that live for a while, and the rules of one cluster role; without rules all is allowed."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rules = None  # as in a ClusterRole: apiGroups, resources, verbs
        self.allows_anonymous = False
        self._tokens = {}
        self._forbidden = set()

    def issue(self, user="system:serviceaccount:martlet:martlet", lifetime=None):
        """A new token; it is good for `lifetime` seconds, or until it is revoked."""
        token = secrets.token_urlsafe(32)
        expires = time.monotonic() + lifetime if lifetime is not None else float("inf")
        with self.lock:
            self._tokens[token] = (user, expires)
        return token

    def revoke(self, token):
        with self.lock:
            self._tokens.pop(token, None)

    def user(self, token, certificate_user):
        """Who asks; None if that is nobody the server knows."""
        if token is not None:
            with self.lock:
                user, expires = self._tokens.get(token, (None, 0.0))
            return user if time.monotonic() < expires else None
        if certificate_user:
            return certificate_user
        return "system:anonymous" if self.allows_anonymous else None

    def forbid(self, plural, *verbs):
        """Takes the verbs (all of them if none is named) of a resource away."""
        self._forbidden |= {(plural, verb) for verb in verbs or ("get", "list", "watch")}

    def allow(self, plural):
        self._forbidden = {pair for pair in self._forbidden if pair[0] != plural}

    def is_allowed(self, user, verb, resource, subresource=None):
        if (resource.plural, verb) in self._forbidden or user == "system:anonymous":
            return False
        if self.rules is None:
            return True
        wanted = f"{resource.plural}/{subresource}" if subresource else resource.plural
        return any(
            resource.group in rule.get("apiGroups", []) and wanted in rule.get("resources", [])
            and verb in rule["verbs"]
            for rule in self.rules
        )
