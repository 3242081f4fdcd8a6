"""What the router does between a visitor and an application."""
import hashlib
import http.server
import json
import os
import subprocess
import threading

import pytest

from support import apps
from support.instance import Instance
from support.web import Site

ROUTES = {
    "https://{default}/": {"type": "upstream", "upstream": "app:http"},
    "https://www.{default}/": {"type": "redirect", "to": "https://{default}/"},
}


@pytest.fixture(scope="module")
def routed(penstock, tmp_path_factory):
    project = penstock.create_project("Routing", tmp_path_factory.mktemp("routing"))
    project.push(apps.probe("one", routes=ROUTES))
    yield project
    penstock.delete_project(project)


def test_a_redirect_route_sends_on(routed):
    answer = routed.site().other_host("www").get("/deep/page?x=1")
    assert answer.status == 301
    assert answer.headers["Location"].split("://", 1)[1].startswith(routed.site().host)


def test_behind_a_tls_terminator_plain_requests_are_sent_to_https(tmp_path):
    with Instance(["--https", "proxied"], https=True) as penstock:
        project = penstock.create_project("Proxied", tmp_path / "work")
        project.push(apps.probe("one", routes=ROUTES))
        site = project.site()
        assert site.url == f"https://{site.host}/"
        plain = site.get("/page?x=1")
        assert (plain.status, plain.headers["Location"]) == (301, f"https://{site.host}/page?x=1")
        secure = {"X-Forwarded-Proto": "https"}
        assert site.get(headers=secure).text == "one"
        assert site.get("/headers", headers=secure).json["X-Forwarded-Proto"] == "https"
        www = site.other_host("www").get("/page", headers=secure)
        assert (www.status, www.headers["Location"]) == (301, f"https://{site.host}/page")


def test_a_proxy_route_leads_to_another_site_or_another_route(tmp_path):
    class There(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"path": self.path, "host": self.headers["X-Forwarded-Host"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), There) as there:
        threading.Thread(target=there.serve_forever, daemon=True).start()
        routes = {**ROUTES,
                  "https://{default}/there/": {"type": "proxy", "to": f"http://localhost:{there.server_port}/bar"},
                  "https://{default}/told/": {"type": "proxy", "to": "https://{default}/headers"}}
        with Instance(["--proxy-to", "127.0.0.1"]) as penstock:
            project = penstock.create_project("Proxy", tmp_path / "work")
            project.push(apps.probe("one", routes=routes))
            site = project.site()
            asked = site.get("/there/page?x=1").json
            assert asked["path"] == "/bar/page?x=1" and asked["host"].split(":")[0] == site.host
            assert "X-Original-Route" in site.get("/told").json
        there.shutdown()


def test_every_answer_says_where_it_comes_from(routed):
    site = routed.site()
    for path in ("/", "/headers"):
        headers = site.get(path).headers
        assert headers["X-Platform-Cluster"].startswith(f"{routed.id}-main-")
        assert headers["X-Platform-Processor"] and len(headers["X-Platform-Router"]) == 26
    assert site.other_host("www").get("/").headers["X-Platform-Cluster"].startswith(f"{routed.id}-main-")


def test_an_unknown_host_gets_404(penstock):
    assert Site("http://nobody.example/", penstock.router_port).get().status == 404


def test_a_request_without_host_is_refused(routed):
    with routed.site().raw() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")


def test_the_application_is_told_who_asked_and_how(routed):
    headers = {name.lower(): value for name, value in routed.site().get("/headers").json.items()}
    assert headers["host"].split(":")[0] == routed.site().host
    assert headers["x-client-ip"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] in ("http", "https")
    assert headers["x-forwarded-host"].split(":")[0] == routed.site().host
    assert headers["x-original-route"] == "https://{default}/"


def test_a_visitor_cannot_pretend_to_be_someone_else(routed):
    headers = routed.site().get("/headers", headers={"X-Client-IP": "6.6.6.6", "X-Original-Route": "x"}).json
    assert "6.6.6.6" not in headers.values() and "x" not in headers.values()


def test_many_requests_share_a_connection(routed):
    request = f"GET / HTTP/1.1\r\nHost: {routed.site().host}\r\n\r\n".encode()
    with routed.site().raw() as connection:
        reader = connection.makefile("rb")
        for _ in range(20):
            connection.sendall(request)
            assert reader.readline().startswith(b"HTTP/1.1 200")
            length = 0
            while line := reader.readline().strip():
                name, value = line.split(b":", 1)
                length = int(value) if name.lower() == b"content-length" else length
            assert reader.read(length) == b"one"


def test_a_big_body_arrives_whole(routed):
    body = os.urandom(32 << 20)
    received = routed.site().post("/", body).json
    assert received == {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "version": "one"}


def test_a_chunked_body_arrives_whole(routed):
    pieces = [os.urandom(10_000) for _ in range(50)]
    received = routed.site().post("/", iter(pieces), headers={"Transfer-Encoding": "chunked"}).json
    assert received["sha256"] == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_a_chunked_answer_is_passed_on(routed):
    assert routed.site().get("/chunks?count=500").text.splitlines()[-1] == "piece 499"


def test_http2_is_spoken_by_prior_knowledge(routed):
    body = os.urandom(3 << 20)
    site = routed.site()
    command = ["curl", "-sS", "--http2-prior-knowledge", "--connect-to", f"::127.0.0.1:{site.port}", "--data-binary",
               "@-", "-w", "\n%{http_version} %{http_code}", f"http://{site.host}/"]
    answer = subprocess.run(command, input=body, capture_output=True, check=True).stdout.decode().splitlines()
    assert answer[-1] == "2 200"
    assert json.loads(answer[0])["sha256"] == hashlib.sha256(body).hexdigest()


def test_many_http2_requests_share_a_connection(routed):
    site = routed.site()
    load = subprocess.run(["h2load", "-n1000", "-c2", "-m32", "--connect-to", f"127.0.0.1:{site.port}",
                           f"http://{site.host}/"], capture_output=True, text=True, check=True).stdout
    assert "1000 succeeded, 0 failed, 0 errored" in load


def test_a_websocket_passes_both_ways(routed):
    with routed.site().raw() as connection:
        connection.sendall(f"GET /socket HTTP/1.1\r\nHost: {routed.site().host}\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
        reader = connection.makefile("rb")
        assert reader.readline().startswith(b"HTTP/1.1 101")
        head = b""
        while (line := reader.readline()).strip():
            head += line
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
        connection.sendall(b"there and back")
        assert reader.read(14) == b"there and back"


@pytest.mark.parametrize("request_head", [
    "GET / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: {host}\r\nBad Header: x\r\n\r\n",
    "GET  / HTTP/1.1\r\nHost: {host}\r\n\r\n",
])
def test_ambiguous_requests_are_refused(routed, request_head):
    with routed.site().raw() as connection:
        connection.sendall(request_head.format(host=routed.site().host).encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")


def test_an_application_that_is_away_gives_502_and_comes_back(routed):
    routed.site().get("/crash")
    statuses = {routed.site().get().status for _ in range(3)}
    assert statuses <= {200, 502, 503}
