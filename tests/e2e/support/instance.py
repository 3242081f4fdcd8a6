"""A Penstock of its own: router and penstockd with their own directories, ports and name prefix."""
import contextlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.request

from support import leftovers
from support.command import run
from support.eventually import eventually
from support.ports import free_port
from support.project import Project

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = pathlib.Path(os.environ.get("PENSTOCK_PROGRAMS", ROOT / "build/release/bin"))
IMAGES = pathlib.Path(os.environ.get("PENSTOCK_IMAGES", "/var/cache/penstock/images"))


class Instance:
    EXAMPLES = ROOT / "examples"
    running = []

    def __init__(self, router_arguments=(), **settings):
        """`settings` are further ones of penstockd."""
        self.prefix = "t" + secrets.token_hex(2)
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="penstock-e2e-"))
        self.root.chmod(0o755)
        self.state = self.root / "state"
        self.run_directory = self.root / "run"
        self.api_port = free_port()
        self.router_port = free_port()
        self.router_arguments = router_arguments
        self.settings = {"git_user": "", **settings}
        self.token = None
        self.daemon = None
        self.router = None

    def __enter__(self):
        self.state.mkdir()
        self.run_directory.mkdir()
        IMAGES.mkdir(parents=True, exist_ok=True)
        self.running.append(self)
        try:
            self.start_router()
            self.start_daemon()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """Stops all, then fails when anything is left that an orderly end should have taken away."""
        self.running.remove(self)
        self.remove_projects()
        self.stop_daemon()
        self.stop_router()
        left = leftovers.find(self.root, self.prefix)
        self.sweep()
        still = leftovers.find(self.root, self.prefix)
        shutil.rmtree(self.root)
        assert not still, f"cannot be removed: {still}"
        assert not [what for what in left if not self.may_stay(what)], left

    def may_stay(self, what):
        """What outlives penstockd on purpose: the pool of volumes and the firewall."""
        return any(part in what for part in (f"mount {self.state}/volumes", "loop device", "nft table"))

    def remove_projects(self):
        if self.daemon is None or self.daemon.poll() is not None:
            return
        for row in json.loads(self.cli("project:list", "--format", "json").out):
            self.cli("project:delete", "-y", "-p", row["id"], check=False)

    def sweep(self):
        run([ROOT / "packaging/sweep", self.prefix, self.root], check=False)

    # The programs.

    def program(self, name):
        return PROGRAMS / name

    def spawn(self, name, argv):
        with open(self.root / f"{name}.log", "ab") as log:
            return subprocess.Popen([str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    start_new_session=True)

    def start_router(self):
        """Under the supervisor that machines without systemd use, so that it is back at once when it dies."""
        (self.run_directory / "router").mkdir(exist_ok=True)
        self.router = self.spawn("supervise", [
            ROOT / "packaging/supervise", self.root / "router.pid", self.root / "router.log",
            self.program("penstock-router"), "--listen", f"127.0.0.1:{self.router_port}",
            "--control", self.router_socket, "--state-dir", self.state / "router", *self.router_arguments])
        eventually(lambda: self.router_socket.exists(), "the router listens")

    @property
    def router_socket(self):
        return self.run_directory / "router/router.sock"

    def start_daemon(self):
        settings = self.root / "penstockd.json"
        settings.write_text(json.dumps({
            "state_directory": str(self.state), "run_directory": str(self.run_directory),
            "images_directory": str(IMAGES), "router_socket": str(self.router_socket),
            "listen": f"127.0.0.1:{self.api_port}", "router_port": self.router_port, "prefix": self.prefix,
            "address_pool": self.address_pool, "log_level": "info", **self.settings}))
        self.daemon = self.spawn("penstockd", [self.program("penstockd"), "--settings", settings])
        eventually(self.answers, "penstockd answers", 60)
        if self.token is None:
            created = run([self.program("penstockd"), "--settings", settings, "token:create", "e2e"])
            self.token = created.out.split()[-1]

    def answers(self):
        assert self.daemon.poll() is None, f"penstockd ended: {self.last_log_lines()}"
        with socket.create_connection(("127.0.0.1", self.api_port), timeout=5):
            return True

    @property
    def address_pool(self):
        """Of a second number that the prefix decides: those of two instances seldom meet, and never the default."""
        return f"10.{214 + int(self.prefix[1:], 16) % 40}.0.0/16"

    # Ends, orderly and not.

    def stop_daemon(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(30)

    def kill_daemon(self):
        self.daemon.kill()
        self.daemon.wait()

    def ensure_running(self):
        if self.daemon.poll() is not None:
            self.start_daemon()

    @contextlib.contextmanager
    def killed_after(self, seconds):
        """Kills penstockd that long after the block begins, and starts it again at its end."""
        timer = threading.Timer(seconds, self.daemon.kill)
        timer.start()
        yield
        timer.join()
        self.daemon.wait()
        self.start_daemon()

    def stop_router(self):
        if self.router is not None:
            self.router.terminate()
            self.router.wait(30)

    def kill_router(self):
        """The router, not its supervisor."""
        for pid in self.router_pids():
            os.kill(pid, signal.SIGKILL)

    def router_pids(self):
        return [int(pid) for pid in run(["pgrep", "-P", str(self.router.pid), "-f", "penstock-router"]).out.split()]

    def reboot(self):
        """What a power cut does to processes, mounts, devices and the run directory; files stay."""
        self.kill_daemon()
        routers = self.router_pids()
        self.router.kill()
        self.router.wait()
        for pid in routers:
            os.kill(pid, signal.SIGKILL)
        self.sweep()
        shutil.rmtree(self.run_directory)
        self.run_directory.mkdir()
        self.start_router()
        self.start_daemon()

    # What it did.

    def daemon_log(self):
        return (self.root / "penstockd.log").read_text(errors="replace")

    def last_log_lines(self, count=60):
        files = [self.root / "penstockd.log", self.root / "router.log"]
        return "\n".join(f"--- {file}\n" + "\n".join(file.read_text(errors="replace").splitlines()[-count:])
                         for file in files if file.exists())

    def container_record(self, application="app"):
        """Of the one container that an application of this name has."""
        [record] = self.state.glob(f"containers/*-{application}/container.json")
        return json.loads(record.read_text())

    def kill_container(self, *who, application="app"):
        """SIGKILL to its "process" (the first one in it) or its "monitor" (conmon), in that order."""
        record = self.container_record(application)
        for name in who:
            os.kill(record[name]["pid"], signal.SIGKILL)

    def build_containers(self):
        """Names of containers that exist for a build."""
        folder = self.state / "containers"
        return [entry.name for entry in folder.iterdir() if entry.name.startswith("build")] if folder.exists() else []

    def mounts(self):
        """Where artifacts are mounted."""
        lines = pathlib.Path("/proc/self/mounts").read_text().splitlines()
        return {line.split()[1] for line in lines if f" {self.run_directory}/artifacts/" in line}

    def artifact_file(self, digest):
        return self.state / "artifacts" / f"{digest.removeprefix('sha256:')}.erofs"

    def head_in_repository(self, project, branch="main"):
        repository = self.state / "repositories" / f"{project.id}.git"
        return run(["git", "-C", repository, "-c", "safe.directory=*", "rev-parse", branch], check=False).out.strip()

    def host_addresses(self):
        """Every address of this machine that a container might try."""
        return [*run(["hostname", "-I"]).out.split(), "127.0.0.1", "169.254.1.1"]

    # Using it.

    def cli_argv(self, *arguments):
        return [str(part) for part in (self.program("penstock"), *arguments)]

    def cli_environment(self):
        return {**os.environ, "PENSTOCK_URL": f"http://127.0.0.1:{self.api_port}", "PENSTOCK_TOKEN": self.token,
                "PENSTOCK_HOME": str(self.root / "home")}

    def cli(self, *arguments, check=True, cwd="/", env=None, timeout=120):
        return run(self.cli_argv(*arguments), check=check, cwd=cwd, env={**self.cli_environment(), **(env or {})},
                   timeout=timeout)

    def offline_cli(self, *arguments, check=True, cwd="/"):
        """Without any penstockd."""
        nowhere = {"PENSTOCK_URL": "http://127.0.0.1:1", "PENSTOCK_TOKEN": ""}
        return run(self.cli_argv(*arguments), check=check, cwd=cwd, env=nowhere, timeout=10)

    def git_url(self, project):
        return f"http://127.0.0.1:{self.api_port}/{project}.git"

    def api(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.api_port}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def create_project(self, title, folder):
        created = self.cli("project:create", "--title", title)
        return Project(self, created.out.split()[-1], folder)

    def delete_project(self, project):
        self.cli("project:delete", "-y", "-p", project.id, check=False)
