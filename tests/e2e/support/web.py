"""HTTP the way a browser does it: one address, any host name."""
import dataclasses
import http.client
import json
import socket
from urllib.parse import urlsplit


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Site:
    """One host name behind the router."""

    def __init__(self, url, router_port):
        self.url = url
        self.host = urlsplit(url).hostname
        self.port = router_port

    def __repr__(self):
        return f"Site({self.host} at port {self.port})"

    def other_host(self, prefix):
        """The same environment under `prefix`.host, as a route https://prefix.{default}/ has it."""
        return Site(f"http://{prefix}.{self.host}/", self.port)

    def get(self, path="/", **options):
        return self.request("GET", path, **options)

    def post(self, path, body, **options):
        return self.request("POST", path, body=body, **options)

    def request(self, method, path="/", body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers={"Host": self.host, **(headers or {})},
                               encode_chunked="Transfer-Encoding" in (headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def raw(self, timeout=30):
        """A connection to write bytes to."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def shows(self, text, path="/"):
        """For eventually(): the page is there and holds `text`."""
        answer = self.get(path)
        assert answer.status == 200 and text in answer.text, f"{answer.status}: {answer.text[:200]}"
        return answer
