"""Answers /quote with a line of text."""
import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

QUOTE = "Water finds its way"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/quote"
        body = json.dumps({"text": QUOTE} if found else {"error": "no such page"}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
