"""Runs programs to their end, with a deadline, and shows all they said when they fail."""
import dataclasses
import os
import subprocess


@dataclasses.dataclass
class Result:
    argv: list
    status: int
    out: str
    err: str

    @property
    def all(self):
        return self.out + self.err

    def __str__(self):
        return f"$ {' '.join(map(str, self.argv))}\nexit status {self.status}\n{self.out}{self.err}"


class CommandFailed(AssertionError):
    pass


def run(argv, check=True, cwd=None, env=None, stdin=None, timeout=300):
    """`env` is added to ours; a value of None removes a variable."""
    merged = {**os.environ, **(env or {})}
    merged = {name: value for name, value in merged.items() if value is not None}
    done = subprocess.run([str(part) for part in argv], cwd=cwd, env=merged, input=stdin, capture_output=True,
                          timeout=timeout, text=True, errors="replace", stdin=None if stdin else subprocess.DEVNULL)
    result = Result(argv, done.returncode, done.stdout, done.stderr)
    if check and result.status != 0:
        raise CommandFailed(str(result))
    return result
