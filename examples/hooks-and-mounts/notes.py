"""A notebook: POST /notes adds one, GET /notes lists them, GET /steps shows what ran before."""
import json
import os
import pathlib
import signal
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


def notes():
    with sqlite3.connect(os.environ["NOTES_FILE"]) as database:
        return [text for (text,) in database.execute("SELECT text FROM notes ORDER BY id")]


def add(text):
    with sqlite3.connect(os.environ["NOTES_FILE"]) as database:
        database.execute("INSERT INTO notes (text) VALUES (?)", (text,))


def steps():
    return {"built": pathlib.Path("built").read_text().strip(), "scratch": pathlib.Path("scratch/steps").read_text().split()}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        pages = {"/healthy": lambda: "yes", "/notes": notes, "/steps": steps}
        if self.path in pages:
            self.answer(200, pages[self.path]())
        else:
            self.answer(404, "no such page")

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        add(form["text"][0])
        self.answer(201, notes())

    def answer(self, status, value):
        body = (json.dumps(value) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
