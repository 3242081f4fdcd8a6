"""An application that writes down the id of every request it handles, and does not finish anything when told to stop."""
import os
import secrets
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

INSTANCE = secrets.token_hex(4)
SEEN = os.open("data/seen", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/seen":
            return self.answer(open("data/seen", "rb").read())
        os.write(SEEN, parse_qs(url.query)["id"][0].encode() + b"\n")
        self.answer(INSTANCE.encode())

    def do_POST(self):
        os.write(SEEN, self.rfile.read(int(self.headers["Content-Length"])) + b"\n")
        self.answer(INSTANCE.encode())

    def answer(self, body):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True


signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
Server(("", int(os.environ["PORT"])), Handler).serve_forever()
