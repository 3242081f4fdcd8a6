"""Penstock's side of the comparison."""
import subprocess
import time

from support.eventually import eventually


class PenstockSide:
    def __init__(self, instance, workload, folder):
        self.instance = instance
        self.workload = workload
        self.project = instance.create_project("Bench", folder / "penstock")
        self.project.repository.copy(instance.EXAMPLES / workload.name).commit("First")
        self.project.push()
        self.site = self.project.site()

    def push(self, number):
        """Seconds from git push to the first answer with the change in it."""
        shown = self.workload.edit(self.project.repository, number)
        self.project.repository.commit(shown)
        began = time.perf_counter()
        push = self.project.repository.start_push("main")
        eventually(lambda: shown in self.site.get().text, f"the page shows {shown!r}", 120)
        seconds = time.perf_counter() - began
        assert push.finish().status == 0
        return seconds

    def redeploy(self):
        """Seconds from the request to the first answer that only the new process can give."""
        before = self.started()
        began = time.perf_counter()
        command = subprocess.Popen(self.instance.cli_argv("environment:redeploy", "-p", self.project.id, "-e", "main"),
                                   env=self.instance.cli_environment(), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        eventually(lambda: self.started() - before and self.site.get().status == 200, "another process answers")
        seconds = time.perf_counter() - began
        assert command.wait() == 0
        return seconds

    def started(self):
        """Containers whose process runs: a new one does only after the old one was stopped."""
        return {path.parent.name for path in (self.instance.state / "containers").glob("*/started")}
