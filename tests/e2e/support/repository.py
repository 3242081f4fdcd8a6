"""A working copy, as a developer has it."""
import os
import pathlib
import shutil
import signal
import subprocess
import threading

from support.command import Result, run

GIT_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
}


class Repository:
    def __init__(self, path, url, token):
        self.path = pathlib.Path(path)
        self.url = url
        self.token = token
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / ".git").exists():
            self.git("init", "-q", "-b", "main")

    def git(self, *arguments, check=True, env=None, timeout=300):
        return run(["git", *arguments], cwd=self.path, check=check, env={**GIT_ENVIRONMENT, **(env or {})},
                   timeout=timeout)

    def write(self, files):
        """`files` maps a path to its text; None removes it."""
        for name, text in files.items():
            target = self.path / name
            if text is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return self

    def copy(self, folder):
        shutil.copytree(folder, self.path, dirs_exist_ok=True)
        return self

    def replace(self, name, old, new):
        target = self.path / name
        text = target.read_text()
        assert old in text, f"{name} does not hold {old!r}"
        target.write_text(text.replace(old, new))
        return self

    def commit(self, subject="A change"):
        """Commits all there is; returns the commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        return self.head()

    def head(self):
        return self.git("rev-parse", "HEAD").out.strip()

    def _push(self, arguments):
        header = f"http.extraHeader=Authorization: Bearer {self.token}"
        return ["git", "-c", header, "push", self.url, *arguments]

    def push(self, *arguments, check=True, timeout=600):
        """Plain git push with the token in a header. What the server said is in Result.err."""
        return run(self._push(arguments or ["main"]), cwd=self.path, check=check, env=GIT_ENVIRONMENT, timeout=timeout)

    def start_push(self, *arguments):
        return RunningPush(self._push(arguments or ["main"]), self.path)


class RunningPush:
    """A push that goes on while the test does something else."""

    def __init__(self, argv, cwd):
        self.argv = argv
        self.lines = []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(argv, cwd=cwd, env={"PATH": "/usr/bin:/bin", "HOME": "/", **GIT_ENVIRONMENT},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                                        start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()

    @property
    def text(self):
        return "".join(self.lines)

    def wait_for(self, text, seconds=120):
        """Until the server has printed `text`."""
        with self.changed:
            found = self.changed.wait_for(lambda: text in self.text or self.process.poll() is not None, seconds)
            assert found and text in self.text, f"the push never said {text!r}:\n{self.text}"

    def finish(self, seconds=300):
        status = self.process.wait(seconds)
        self.reader.join(seconds)
        return Result(self.argv, status, "", self.text)

    def kill(self):
        """git and the helpers it talks through, as when the terminal is closed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join()
