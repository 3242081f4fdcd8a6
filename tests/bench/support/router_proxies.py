"""The proxies that tests/bench/router compares, each one thread on CPU 0, each set up to do the same work."""
import dataclasses
import json
import os
import pathlib
import signal
import socket
import subprocess

from support.eventually import eventually
from support.ports import free_port

HOST = "bench.test"
PROXY_CPU, LOAD_CPU = "0", "1"
CIPHER = "TLS_AES_128_GCM_SHA256"  # which penstock-router prefers; the others would take the client's choice
TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Surroundings:
    folder: pathlib.Path  # of the proxy's own files; made by it
    root: pathlib.Path  # what is in root/files is served as /files/…
    backend_port: int
    programs: pathlib.Path
    certificate: pathlib.Path  # with its key behind it


class Proxy:
    """A running proxy."""

    def __init__(self, surroundings):
        self.folder, self.root, self.programs = surroundings.folder, surroundings.root, surroundings.programs
        self.certificate = surroundings.certificate
        self.backend = f"127.0.0.1:{surroundings.backend_port}"
        self.folder.mkdir()
        self.port, self.tls_port = free_port(), free_port()
        self.h2_port = free_port()  # without TLS
        self.process = subprocess.Popen(["taskset", "-c", PROXY_CPU, *self.command()], stdin=subprocess.DEVNULL,
                                        stdout=(self.folder / "log").open("w"), stderr=subprocess.STDOUT)
        try:
            eventually(self.listens, f"{self.name} listens")
            self.ready()
        except Exception:
            self.stop()
            raise

    def listens(self):
        socket.create_connection(("127.0.0.1", self.port)).close()
        return True

    def ready(self):
        pass

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon"))) * 1024

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Penstock(Proxy):
    name = "penstock"

    def command(self):
        return [self.programs / "penstock-router", "--listen", f"127.0.0.1:{self.port}", "--listen-tls",
                f"127.0.0.1:{self.tls_port}", "--control", str(self.folder / "control"), "--state-dir",
                str(self.folder / "state"), "--threads", "1", "--log-level", "error"]

    def ready(self):
        self.h2_port = self.port  # the first bytes of a connection tell
        pem = self.certificate.read_text()
        self.ask({"op": "put_certificate", "certificate": {"id": "bench", "chain": pem, "key": pem}})
        self.put(hold=False)

    def put(self, hold):
        location = {"root": "", "passthru": False, "allow": True}
        environment = {"id": "bench", "hold": {"active": hold}, "routes": [
            {"url": f"{scheme}://{HOST}/{path}", "type": "upstream", "upstream": upstream}
            for scheme in ("http", "https") for path, upstream in (("", "app"), ("files", "files"))], "upstreams": {
            "app": {"addresses": [self.backend]},
            "files": {"root": str(self.root), "locations": {"/": location}}}}
        self.ask({"op": "put", "environment": environment})

    def ask(self, request):
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.folder / "control"))
            control.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(control.makefile().readline())
        if not answer["ok"] or answer.get("dropped"):
            raise RuntimeError(f"the router refuses: {answer}")

    def hold(self):
        self.put(hold=True)
        return "/small"


class Haproxy(Proxy):
    name = "haproxy"

    def command(self):
        config = self.folder / "haproxy.cfg"
        config.write_text(f"""
global
  nbthread 1
  maxconn 9000
defaults
  mode http
  timeout connect 3s
  timeout client 60s
  timeout server 300s
  timeout queue 300s
  http-reuse always
frontend in
  bind 127.0.0.1:{self.port}
  bind 127.0.0.1:{self.h2_port} proto h2
  bind 127.0.0.1:{self.tls_port} ssl crt {self.certificate} ciphersuites {CIPHER} alpn h2,http/1.1
  option forwardfor
  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Client-IP %[src]
  http-request set-header X-Original-Route http://{HOST}/
  acl known hdr(host) -i {HOST}
  http-request deny unless known
  use_backend busy if {{ path /held }}
  default_backend app
backend app
  server app {self.backend} pool-max-conn 1024
backend busy
  server app {self.backend} maxconn 1
""")
        return ["haproxy", "-db", "-f", str(config)]

    def hold(self):
        """The backend never answers the first; the others wait for its only connection."""
        return "/held"


class Nginx(Proxy):
    name = "nginx"

    def command(self):
        config = self.folder / "nginx.conf"
        config.write_text(f"""
daemon off;
master_process off;
worker_processes 1;
user root;
worker_rlimit_nofile 20000;
pid {self.folder}/pid;
error_log {self.folder}/error.log;
events {{ worker_connections 18000; }}
http {{
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  keepalive_timeout 65s;
  client_body_temp_path {self.folder}/body;
  proxy_temp_path {self.folder}/proxy;
  fastcgi_temp_path {self.folder}/fastcgi;
  scgi_temp_path {self.folder}/scgi;
  uwsgi_temp_path {self.folder}/uwsgi;
  upstream app {{ server {self.backend}; keepalive 1024; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{self.port};
    listen 127.0.0.1:{self.h2_port} http2;
    listen 127.0.0.1:{self.tls_port} ssl http2;
    ssl_certificate {self.certificate};
    ssl_certificate_key {self.certificate};
    ssl_conf_command Ciphersuites {CIPHER};
    server_name {HOST};
    location /files/ {{ root {self.root}; }}
    location / {{
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_buffers 16 16k;
      proxy_buffer_size 16k;
      proxy_busy_buffers_size 64k;
      proxy_read_timeout 300s;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Client-IP $remote_addr;
      proxy_set_header X-Original-Route http://{HOST}/;
    }}
  }}
}}
""")
        return ["nginx", "-c", str(config)]

    def hold(self):
        """nginx has no queue: each waits on a connection of its own to the backend, which never answers."""
        return "/held"


PROXIES = {proxy.name: proxy for proxy in (Penstock, Haproxy, Nginx)}
