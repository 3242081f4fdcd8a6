"""An application that does what its URL says, so that a test sees what an application sees."""
import base64
import hashlib
import itertools
import json
import os
import pathlib
import signal
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

VERSION = "one"


def read(path):
    return pathlib.Path(path).read_text()


def write(path, text="x"):
    with open(path, "a") as file:
        file.write(text)
    return "written"


def connect(host, port):
    with socket.create_connection((host, int(port)), timeout=2):
        return "connected"


def attempt(action, arguments):
    try:
        return {"done": action(**arguments)}
    except OSError as error:
        return {"error": error.strerror or str(error)}


ACTIONS = {
    "/env": lambda: dict(os.environ),
    "/pid": lambda: os.getpid(),
    "/read": lambda **arguments: attempt(read, arguments),
    "/write": lambda **arguments: attempt(write, arguments),
    "/connect": lambda **arguments: attempt(connect, arguments),
    "/list": lambda path: sorted(os.listdir(path)),
    "/whoami": lambda: {"uid": os.getuid(), "gid": os.getgid(), "status": read("/proc/self/status")},
    "/crash": lambda: os._exit(3),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.websocket()
        elif url.path == "/headers":
            self.answer(dict(self.headers))
        elif url.path == "/chunks":
            self.chunks(int(dict(parse_qsl(url.query))["count"]))
        elif url.path == "/events":
            self.events()
        elif url.path == "/slow":
            time.sleep(float(dict(parse_qsl(url.query))["seconds"]))
            self.answer(VERSION)
        elif url.path in ACTIONS:
            self.answer(ACTIONS[url.path](**dict(parse_qsl(url.query))))
        else:
            self.answer(VERSION)

    def do_POST(self):
        digest, size = hashlib.sha256(), 0
        for piece in self.body():
            digest.update(piece)
            size += len(piece)
        self.answer({"sha256": digest.hexdigest(), "size": size, "version": VERSION})

    do_PUT = do_POST

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            left = int(self.headers.get("Content-Length", 0))
            while left > 0:
                piece = self.rfile.read(min(left, 65536))
                left -= len(piece)
                yield piece
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def chunks(self, count):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in range(count):
            piece = f"piece {number}\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def events(self):
        """An event ten times a second, for ever."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in itertools.count():
            event = f"data: {VERSION} {number}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
            time.sleep(0.1)

    def websocket(self):
        """Accepts the upgrade, then sends back every byte that comes."""
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        while piece := self.connection.recv(4096):
            self.connection.sendall(piece)
        self.close_connection = True

    def answer(self, value):
        body = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        print(self.address_string(), format % arguments, flush=True)


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True


signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print(f"probe {VERSION} starts", file=sys.stderr, flush=True)
Server(("", int(os.environ["PORT"])), Handler).serve_forever()
