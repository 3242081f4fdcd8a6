"""GET /VHOST sends a message through a queue of that virtual host and answers with what comes out."""
import base64
import http.server
import json
import os
import urllib.parse

import pika

TO = json.loads(base64.b64decode(os.environ["PLATFORM_RELATIONSHIPS"]))["queue"][0]


def through(virtual_host, message):
    credentials = pika.PlainCredentials(TO["username"], TO["password"])
    connection = pika.BlockingConnection(pika.ConnectionParameters(TO["host"], TO["port"], virtual_host, credentials))
    channel = connection.channel()
    channel.queue_declare("line", durable=True)
    channel.basic_publish("", "line", message)
    _, _, body = channel.basic_get("line", auto_ack=True)
    connection.close()
    return body


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            status, text = 200, through(urllib.parse.unquote(self.path[1:]), b"a message")
        except Exception as problem:
            status, text = 500, repr(problem).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
