"""The server binary on a scratch folder, for tests of starting and stopping."""
import atexit
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid


class Server:
    def __init__(self, binary, source, folder=None, **environment):
        self.binary, self.source = binary, source
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="huiban-app-"))
        self.environment = {
            **os.environ,
            "HUIBAN_STORE_PATH": str(self.folder / "huiban.db"),
            "HUIBAN_SERVER_HTTP_PORT": "0",
            "HUIBAN_SERVER_HTTPS_PORT": "0",
            "HUIBAN_SERVER_BIND_ADDRESS": "127.0.0.1",
            "HUIBAN_MEDIA_PORT": "0",
            **environment,
        }
        self.cookie = ""

    def run(self, *arguments, timeout=20):
        """Runs a command that ends by itself; gives (exit code, what it printed)."""
        done = subprocess.run([self.binary, *arguments], cwd=self.source, env=self.environment, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode()

    def start(self, *arguments):
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen([self.binary, "serve", "--ready-file", ready, *arguments], cwd=self.source,
                                        env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        atexit.register(self.process.kill)  # a test that fails leaves no server behind
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert self.process.poll() is None, self.process.stderr.read().decode()
            assert time.monotonic() < deadline, "the server was not ready within 20 s"
            time.sleep(0.02)
        self.facts = json.loads(ready.read_text())
        self.url = self.facts["url"]

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=20)

    def request(self, method, path, body=None, language="zh", token=None):
        """(status, JSON); token: of a venue, instead of the session."""
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        request.add_header("Accept-Language", language)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if method != "GET":
            request.add_header("Idempotency-Key", str(uuid.uuid4()))
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        elif self.cookie:
            request.add_header("Cookie", self.cookie)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                if cookie := answer.headers.get("Set-Cookie"):
                    self.cookie = cookie.split(";")[0]
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def sign_in(self, account):
        first, password = self.facts["first_passwords"][account], "Huiban-app-2026"
        assert self.request("POST", "/session", {"account": account, "password": first})[0] == 200
        assert self.request("PUT", "/session/password", {"old_password": first, "new_password": password})[0] == 204
        assert self.request("POST", "/session", {"account": account, "password": password})[0] == 200


def used_port(kind):
    """A socket that holds a port of 127.0.0.1, and the port."""
    holder = socket.socket(socket.AF_INET, kind)
    holder.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        holder.listen()
    return holder, holder.getsockname()[1]
