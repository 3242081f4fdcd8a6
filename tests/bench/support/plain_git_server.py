"""git's own http-backend behind a small HTTP server: the plainest way to push over HTTP."""
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from support.command import run


class PlainGitServer:
    def __init__(self, path):
        run(["git", "init", "-q", "--bare", "-b", "main", path])
        run(["git", "-C", path, "config", "http.receivepack", "true"])
        # The durability that Penstock's repositories have.
        run(["git", "-C", path, "config", "core.fsync", "committed,reference"])
        run(["git", "-C", path, "config", "receive.unpackLimit", "1"])
        self.path = path
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(path))
        self.url = f"http://127.0.0.1:{self.server.server_port}/{path.name}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def handler_for(path):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.backend(b"")

        def do_POST(self):
            self.backend(self.body())

        def body(self):
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            pieces = []
            while size := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def backend(self, body):
            url = urlsplit(self.path)
            answer = subprocess.run(["git", "http-backend"], input=body, stdout=subprocess.PIPE, check=True, env={
                "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(path.parent), "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": url.path, "QUERY_STRING": url.query, "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_USER": "bench"}).stdout
            head, _, content = answer.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    return Handler
