"""What is pushed: an example, the line that changes, and what a build of it runs."""
import dataclasses

MARK = "change number"


@dataclasses.dataclass
class Workload:
    name: str
    what: str
    image: str
    file: str        # holds the line that changes
    old: str
    build: str       # what Penstock runs in its build: the flavor and the build hook
    start: list

    def edit(self, repository, number):
        """Makes the change; returns the text that then appears on the front page."""
        text = (repository.path / self.file).read_text()
        previous = f"{MARK} {number - 1}." if number > 0 else self.old
        assert previous in text
        repository.replace(self.file, previous, f"{MARK} {number}.")
        return f"{MARK} {number}."


WORKLOADS = {
    "python": Workload("python", "one file, no build hook", "python:3.11", "app.py", "Hello from Python", "true",
                       ["python3", "app.py"]),
    "nodejs": Workload("nodejs", "npm install and a build hook that renders pages", "nodejs:18", "pages/index.md",
                       "Hello from Node.js",
                       "npm install --userconfig .npmrc && npm run build", ["node", "server.js"]),
}
