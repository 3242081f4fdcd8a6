"""A project on a running Penstock, with the working copy that pushes to it."""
import json

from support.eventually import eventually
from support.repository import Repository
from support.web import Site


class Project:
    def __init__(self, penstock, id, folder):
        self.penstock = penstock
        self.id = id
        self.git_url = penstock.git_url(id)
        self.sites = {}
        self.repository = Repository(folder, self.git_url, penstock.token)

    def cli(self, verb, *arguments, environment=None, check=True, timeout=120):
        scope = ["-p", self.id] + (["-e", environment] if environment else [])
        return self.penstock.cli(verb, *arguments, *scope, check=check, timeout=timeout)

    def rows(self, verb, *arguments, environment=None):
        """The table that a verb prints, as a list of maps; a table of activities may be empty."""
        printed = self.cli(verb, *arguments, "--format", "json", environment=environment, check=False)
        if "No activities found" in printed.err:
            return []
        assert printed.status == 0, str(printed)
        return json.loads(printed.out)

    def push(self, files=None, *arguments, check=True):
        """Writes `files`, commits and pushes; to main unless `arguments` say otherwise."""
        if files is not None:
            self.repository.write(files)
            self.repository.commit()
        return self.repository.push(*arguments, check=check)

    def start_push(self, files, *arguments):
        self.repository.write(files)
        self.repository.commit()
        return self.repository.start_push(*arguments)

    def url(self, environment="main"):
        return self.cli("environment:url", "--primary", "--pipe", environment=environment).out.split()[0]

    def site(self, environment="main"):
        """Asked for once: it never changes, and must be known while penstockd is away."""
        if environment not in self.sites:
            self.sites[environment] = Site(self.url(environment), self.penstock.router_port)
        return self.sites[environment]

    def branch_head(self, branch="main"):
        """The commit that the server has for a branch, or None."""
        listed = self.repository.git(
            "-c", f"http.extraHeader=Authorization: Bearer {self.repository.token}", "ls-remote", self.git_url,
            f"refs/heads/{branch}").out.split()
        return listed[0] if listed else None

    def environments(self):
        return {row["id"].strip(): row for row in self.rows("environment:list")}

    def status(self, environment="main"):
        return self.environments()[environment]["status"].lower()

    def activities(self, *arguments):
        """Newest first."""
        return self.rows("activity:list", "--all", "--limit", "100", *arguments)

    def last_activity(self, type):
        return self.activities("--type", type)[0]

    def wait_until_idle(self, seconds=120):
        """Until no activity is pending or under way."""
        eventually(lambda: not self.activities("--incomplete"), f"no activity of {self.id} is under way", seconds)

    def log(self, activity):
        return self.cli("activity:log", activity).all

    def set(self, environment="main", **settings):
        """Settings of an environment, such as start_timeout_s."""
        self.penstock.api("PATCH", f"/projects/{self.id}/environments/{environment}/settings", settings)
