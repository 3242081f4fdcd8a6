"""The floor: what no deploy server can avoid. A plain git push, the build in a plain container, the start."""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from plain_git_server import PlainGitServer
from support.command import run
from support.eventually import eventually
from support.instance import IMAGES
from support.ports import free_port
from support.repository import GIT_ENVIRONMENT, Repository

UID = 10000


class Floor:
    def __init__(self, instance, workload, folder):
        self.workload = workload
        self.rootfs = image_root(workload.image)
        self.folder = folder
        self.server = PlainGitServer(folder / "plain.git")
        self.repository = Repository(folder / "plain", self.server.url, "unused")
        self.repository.copy(instance.EXAMPLES / workload.name).commit("First")
        self.repository.push()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.close()

    def push(self, number):
        """Seconds of the three parts, one after the other."""
        shown = self.workload.edit(self.repository, number)
        self.repository.commit(shown)
        took = {"git push": seconds_of(lambda: self.repository.push())}
        with tempfile.TemporaryDirectory(dir=self.folder) as bundle:
            application = self.check_out(pathlib.Path(bundle))
            took["build"] = seconds_of(lambda: self.build(pathlib.Path(bundle)))
            took["start"] = self.start(application, shown)
        return took

    def check_out(self, bundle):
        application = bundle / "app"
        run(["git", "clone", "-q", self.server.path, application], env=GIT_ENVIRONMENT)
        run(["chown", "-R", f"{UID}:{UID}", application])
        specification(bundle, self.rootfs, application, ["/bin/sh", "-c", self.workload.build])
        return application

    def build(self, bundle):
        run(["runc", "run", "--bundle", bundle, f"penstock-bench-{os.getpid()}"])

    def start(self, application, shown):
        """The application's own start: in the image's root, no container around it, until it answers."""
        port = free_port()
        began = time.perf_counter()
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$1/app" && shift 0 && cd / && exec chroot '
             f'--userspec={UID}:{UID} "$1" /bin/sh -c "cd /app && exec $2"', application, self.rootfs,
             " ".join(self.workload.start)], env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PORT": str(port)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: shown in page(port), "the application answers")
            return time.perf_counter() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def image_root(name):
    """The base image that Penstock made for this type and version, once its first push is done."""
    [digest] = (IMAGES / "names").glob(f"{name.replace(':', '-')}-*")
    return IMAGES / digest.read_text().strip() / "rootfs"


def seconds_of(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def page(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def specification(bundle, rootfs, application, argv):
    """What `runc spec` writes, with the image's root read-only, the code at /app, and the host's network for npm."""
    run(["runc", "spec", "--bundle", bundle])
    file = bundle / "config.json"
    document = json.loads(file.read_text())
    document["root"] = {"path": str(rootfs), "readonly": True}
    document["process"].update({
        "terminal": False, "args": argv, "cwd": "/app", "user": {"uid": UID, "gid": UID},
        "env": ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "npm_config_cache=/tmp/npm"]})
    namespaces = document["linux"]["namespaces"]
    document["linux"]["namespaces"] = [space for space in namespaces if space["type"] != "network"]
    document["mounts"] += [
        {"destination": "/app", "type": "bind", "source": str(application), "options": ["bind", "rw"]},
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"]},
        {"destination": "/etc/resolv.conf", "type": "bind", "source": "/etc/resolv.conf", "options": ["bind", "ro"]},
        {"destination": "/etc/ssl/certs/ca-certificates.crt", "type": "bind",
         "source": "/etc/ssl/certs/ca-certificates.crt", "options": ["bind", "ro"]},
    ]
    file.write_text(json.dumps(document))
