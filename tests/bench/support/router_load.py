"""Load for tests/bench/router: what one proxy does with it, in one round."""
import re
import select
import socket
import subprocess
import tempfile
import time

from router_proxies import HOST, LOAD_CPU

UNITS = {"us": 1, "ms": 1e3, "s": 1e6}
MANY = 5000


def keep_alive(proxy, path, connections, seconds, tls=False):
    """wrk: one request after the other on each connection."""
    url = f"https://127.0.0.1:{proxy.tls_port}{path}" if tls else f"http://127.0.0.1:{proxy.port}{path}"
    before = proxy.cpu_seconds()
    out = subprocess.run(["taskset", "-c", LOAD_CPU, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
                          "-H", f"Host: {HOST}", url], capture_output=True, text=True,
                         check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(f"{proxy.name} failed:\n{out}")
    requests = int(re.search(r"(\d+) requests in", out)[1])
    return {"requests/s": float(re.search(r"Requests/sec: +([\d.]+)", out)[1]),
            "CPU µs/request": (proxy.cpu_seconds() - before) / requests * 1e6,
            "p50 µs": latency(out, "50%"), "p99 µs": latency(out, "99%")}


def http2(proxy, path, connections, seconds, tls=False):
    """h2load: eight streams at once on each connection."""
    scheme, port = ("https", proxy.tls_port) if tls else ("http", proxy.h2_port)
    before = proxy.cpu_seconds()
    with tempfile.NamedTemporaryFile("r", dir="/dev/shm") as times:
        out = subprocess.run(["taskset", "-c", LOAD_CPU, "h2load", "-t1", f"-c{connections}", "-m8", f"-D{seconds}",
                              f"--connect-to=127.0.0.1:{port}", f"--log-file={times.name}", f"{scheme}://{HOST}{path}"],
                             capture_output=True, text=True, check=True).stdout
        micros = sorted(int(line.split("\t")[2]) for line in times)
    good = int(re.search(r"(\d+) succeeded", out)[1])
    if not good or "0 failed, 0 errored, 0 timeout" not in out:
        raise RuntimeError(f"{proxy.name} failed:\n{out}")
    return {"requests/s": good / seconds, "CPU µs/request": (proxy.cpu_seconds() - before) / good * 1e6,
            "p50 µs": micros[len(micros) // 2], "p99 µs": micros[len(micros) * 99 // 100]}


def latency(out, percentile):
    number, unit = re.search(rf"{percentile} +([\d.]+)(us|ms|s)", out).groups()
    return float(number) * UNITS[unit]


def idle(proxy):
    """Connections that had one answer each and stay."""
    return {"bytes": memory_of(proxy, "/small", answered=True)}


def held(proxy):
    """Requests that wait for the application to be there."""
    return {"bytes": memory_of(proxy, proxy.hold(), answered=False)}


def memory_of(proxy, path, answered):
    before = proxy.memory_bytes()
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    clients = []
    try:
        for _ in range(MANY):
            clients.append(socket.create_connection(("127.0.0.1", proxy.port)))
            clients[-1].sendall(request)
            if answered and not clients[-1].recv(4096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{proxy.name} does not answer")
        wait_until_idle(proxy)
        if any_readable(clients):
            raise RuntimeError(f"{proxy.name} did not keep the connections waiting")
        return (proxy.memory_bytes() - before) / MANY
    finally:
        for client in clients:
            client.close()


def any_readable(clients):
    poll = select.poll()
    for client in clients:
        poll.register(client, select.POLLIN)
    return poll.poll(0)


def wait_until_idle(proxy):
    """Until everything that was sent has been looked at."""
    used = -1.0
    while used != proxy.cpu_seconds():
        used = proxy.cpu_seconds()
        time.sleep(0.1)
