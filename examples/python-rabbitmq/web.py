"""POST / hands a job to the workers; GET / shows what they have done."""
import http.server
import json
import os
import signal
import sys

import pika

import jobs

TITLE = "Hello from the job board"


def page():
    return {"title": TITLE, "done": sorted(file.read_text() for file in jobs.DONE.iterdir() if file.suffix == ".txt")}


def hand_over(job):
    channel = jobs.connect()
    channel.basic_publish("", jobs.QUEUE, job, pika.BasicProperties(delivery_mode=2))
    channel.connection.close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200)

    def do_POST(self):
        hand_over(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.answer(202)

    def answer(self, status):
        text = json.dumps(page()).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
