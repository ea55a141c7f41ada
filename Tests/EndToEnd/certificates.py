"""A certificate authority of a test's own, made with openssl."""

import subprocess


class Authority:
    """A self-made CA; `issue` gives out certificates for servers and clients."""

    def __init__(self, folder, name="test-ca"):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.ca_path = folder / "ca.crt"
        self._key_path = folder / "ca.key"
        _openssl(
            "req", "-x509", *_NEW_KEY, "-days", "2", "-subj", f"/CN={name}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign",
            "-keyout", self._key_path, "-out", self.ca_path,
        )

    def issue(self, name, alternatives="IP:127.0.0.1,IP:::1,DNS:localhost"):
        """Returns the paths of a certificate and its key; `name` is what a server takes the user
        of a client certificate for."""
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth,clientAuth\n")
        _openssl("req", *_NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.ca_path, "-CAkey", self._key_path,
            "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate,
        )
        return certificate, key


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def _openssl(*arguments):
    result = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60,
    )
    assert result.returncode == 0, result.stderr
