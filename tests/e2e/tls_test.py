"""TLS from a push to a browser: whose certificate a site shows, and what its routes ask of clients."""
import base64
import json

import pytest

from support import apps
from support.command import run
from support.instance import Instance
from support.ports import free_port

CLIENTS = "clients"


class TlsInstance(Instance):
    """A Penstock whose router ends TLS."""

    def __init__(self):
        self.tls_port = free_port()
        super().__init__(["--listen-tls", f"127.0.0.1:{self.tls_port}"], router_tls_port=self.tls_port)

    def curl(self, url, *arguments, check=True):
        """Trusts what it is told to and nothing else; finds any host name here."""
        return run(["curl", "-sS", "--max-time", "20", "--connect-to", f"::127.0.0.1:{self.tls_port}", *arguments, url],
                   check=check)


@pytest.fixture(scope="module")
def secure():
    with TlsInstance() as penstock:
        yield penstock


@pytest.fixture(scope="module")
def authority(secure, tmp_path_factory):
    """A file with the certificate of the server's own authority."""
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    file.write_text(secure.cli("certificate:authority").out)
    return file


@pytest.fixture(scope="module")
def served(secure, tmp_path_factory):
    project = secure.create_project("Served", tmp_path_factory.mktemp("served"))
    project.push(apps.probe("one", routes={
        "https://{default}/": {"type": "upstream", "upstream": "app:http", "tls": {
            "strict_transport_security": {"enabled": True, "preload": True}}},
        "https://www.{default}/": {"type": "redirect", "to": "https://{default}/"}}))
    yield project
    secure.delete_project(project)


def issue(folder, name, *extensions, by=None):
    """NAME.pem and NAME.key, signed by itself or by `by`.pem."""
    signer = ["-CA", folder / f"{by}.pem", "-CAkey", folder / f"{by}.key"] if by else []
    added = [part for extension in extensions for part in ("-addext", extension)]
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", *added, *signer, "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"])


def test_a_pushed_site_is_served_with_a_certificate_of_the_servers_authority(secure, served, authority):
    url = served.url()
    assert url.startswith("https://") and f":{secure.tls_port}/" in url
    assert secure.curl(url, "--cacert", authority).out == "one"
    assert secure.curl(url, check=False).status != 0, "nobody else trusts it"
    headers = {name.lower(): value for name, value in json.loads(
        secure.curl(url + "headers", "--cacert", authority, "-H", "X-Forwarded-Proto: http").out).items()}
    assert headers["x-forwarded-proto"] == "https" and headers["x-client-ssl"] == "on"
    assert "x-client-verify" not in headers


def test_the_application_knows_its_https_urls(secure, served, authority):
    environment = json.loads(secure.curl(served.url() + "env", "--cacert", authority).out)
    routes = json.loads(base64.b64decode(environment["PLATFORM_ROUTES"]))
    assert routes[served.url()]["type"] == "upstream"
    assert routes[f"http://{served.site().host}:{secure.router_port}/"]["to"] == served.url()


def test_plain_http_leads_to_the_port_with_tls(secure, served, authority):
    answer = served.site().get("/page?x=1")
    assert (answer.status, answer.headers["Location"]) == (301, f"{served.url()}page?x=1")
    www = secure.curl(f"https://www.{served.site().host}:{secure.tls_port}/page", "--cacert", authority, "-i").out
    assert f"location: {served.url()}page" in www.lower()


def test_browsers_are_told_to_stay_with_tls(secure, served, authority):
    head = secure.curl(served.url(), "--cacert", authority, "-i").out
    assert "strict-transport-security: max-age=31536000; preload" in head.lower()


def test_a_certificate_that_is_added_is_shown_at_once_and_ours_again_when_it_is_deleted(
        secure, served, authority, tmp_path):
    issue(tmp_path, "bought", f"subjectAltName=DNS:{served.site().host}")
    bought = tmp_path / "bought.pem"
    served.cli("certificate:add", "--cert", bought, "--key", tmp_path / "bought.key")
    assert secure.curl(served.url(), "--cacert", bought).out == "one"
    [row] = [row for row in served.rows("certificate:list") if row["issuer"] == "bought"]
    assert served.site().host in row["domains"] and row["auto"] == "false"
    shown = served.cli("certificate:get", row["id"]).all
    assert "BEGIN CERTIFICATE" in shown and "PRIVATE" not in shown
    served.cli("certificate:delete", "-y", row["id"])
    assert secure.curl(served.url(), "--cacert", authority).out == "one"


def test_a_certificate_with_the_key_of_another_is_refused(served, tmp_path):
    for name in ("one", "other"):
        issue(tmp_path, name, f"subjectAltName=DNS:{served.site().host}")
    refused = served.cli("certificate:add", "--cert", tmp_path / "one.pem", "--key", tmp_path / "other.key", check=False)
    assert refused.status != 0 and "not that of the certificate" in refused.err


def test_an_application_that_requires_client_certificates_sees_whose(secure, authority, tmp_path):
    issue(tmp_path, CLIENTS)
    issue(tmp_path, "stranger")
    routes = {"https://{default}/": {"type": "upstream", "upstream": "app:http", "tls": {
        "client_authentication": "require",
        "client_certificate_authorities": [(tmp_path / f"{CLIENTS}.pem").read_text()]}}}
    project = secure.create_project("Closed", tmp_path / "work")
    project.push(apps.probe("one", routes=routes))
    url = project.url() + "headers"
    assert secure.curl(url, "--cacert", authority, check=False).status != 0
    show = lambda name: ("--cert", tmp_path / f"{name}.pem", "--key", tmp_path / f"{name}.key")
    assert secure.curl(url, "--cacert", authority, *show("stranger"), check=False).status != 0
    seen = {name.lower(): value
            for name, value in json.loads(secure.curl(url, "--cacert", authority, *show(CLIENTS)).out).items()}
    assert seen["x-client-verify"] == "SUCCESS"
    assert seen["x-client-cert"].startswith("-----BEGIN%20CERTIFICATE-----")
    secure.delete_project(project)


def test_a_route_that_would_let_nobody_in_is_refused_at_the_push(secure, tmp_path):
    project = secure.create_project("Refused", tmp_path / "work")
    for tls, why in (({"client_authentication": "require"}, "nobody could get in"),
                     ({"client_certificate_authorities": ["no PEM"]}, "expected certificates in PEM"),
                     ({"min_version": "TLSv1.0"}, "expected 'TLSv1.2' or 'TLSv1.3'")):
        routes = {"https://{default}/": {"type": "upstream", "upstream": "app:http", "tls": tls}}
        pushed = project.push(apps.probe("one", routes=routes), check=False)
        assert pushed.status != 0 and why in pushed.all
    secure.delete_project(project)


def test_a_router_that_is_alone_after_a_crash_still_has_its_certificates(authority, tmp_path):
    with TlsInstance() as penstock:
        project = penstock.create_project("Alone", tmp_path / "work")
        project.push(apps.probe("one"))
        url = project.url()
        authority = tmp_path / "authority.pem"
        authority.write_text(penstock.cli("certificate:authority").out)
        penstock.kill_daemon()
        penstock.kill_router()
        assert penstock.curl(url, "--cacert", authority, "--retry", "20", "--retry-delay", "1",
                             "--retry-connrefused").out == "one"
        penstock.start_daemon()
