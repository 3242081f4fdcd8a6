"""Deploying, stop-start: a transaction, and no request lost."""
import base64
import json
import threading
import time

import pytest

from support import apps
from support.eventually import eventually

RUNTIME_VARIABLES = {
    "PLATFORM_APP_COMMAND", "PLATFORM_APP_DIR", "PLATFORM_APPLICATION", "PLATFORM_APPLICATION_NAME", "PLATFORM_BRANCH",
    "PLATFORM_ENVIRONMENT", "PLATFORM_ENVIRONMENT_TYPE", "PLATFORM_PROJECT", "PLATFORM_PROJECT_ENTROPY",
    "PLATFORM_RELATIONSHIPS", "PLATFORM_ROUTES", "PLATFORM_TREE_ID", "PLATFORM_VARIABLES", "PORT",
}


class Visitors:
    """Ask for a page again and again while something happens, and keep every answer."""

    def __init__(self, site, method="GET", every=0.02):
        self.site, self.method, self.every = site, method, every
        self.answers = []
        self.problems = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._visit)

    def _visit(self):
        while not self.done.wait(self.every):
            try:
                self.answers.append(self.site.request(self.method, "/"))
            except OSError as error:
                self.problems.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def statuses(self):
        return {answer.status for answer in self.answers}


def failed(project, pushed, reason):
    """The push's deploy failed as it should: said so, and the activity says so."""
    assert "Environment redeployment failed" in pushed.err, pushed.err
    assert reason in pushed.err, pushed.err
    assert project.last_activity("environment.push")["result"] == "failure"


def test_hooks_and_commands_run_in_order(project):
    project.push(apps.probe(
        hooks=apps.hooks("echo build > steps.build", "echo deploy >> data/steps", "echo post_deploy >> data/steps"),
        commands={"pre_start": "cat steps.build >> data/steps; echo pre_start >> data/steps",
                  "post_start": "until python3 -c \"import urllib.request as r, os; "
                                "r.urlopen('http://127.0.0.1:' + os.environ['PORT'])\"; do :; done 2>/dev/null; "
                                "echo post_start >> data/steps"},
        mounts=apps.STORAGE))
    steps = project.site().get("/read?path=/app/data/steps").json["done"].split()
    assert steps == ["build", "pre_start", "post_start", "deploy", "post_deploy"]


def test_the_application_gets_the_runtime_variables(project):
    project.push(apps.probe(variables={"env": {"COLOUR": "green"}, "theme": {"size": 3}}))
    environment = project.site().get("/env").json
    assert RUNTIME_VARIABLES <= set(environment)
    assert not {"CI", "PLATFORM_CACHE_DIR", "PLATFORM_OUTPUT_DIR"} & set(environment)
    assert environment["PLATFORM_BRANCH"] == "main"
    assert environment["PLATFORM_ENVIRONMENT_TYPE"] == "production"
    assert environment["PLATFORM_ENVIRONMENT"].startswith("main-")
    assert environment["COLOUR"] == "green"
    assert json.loads(base64.b64decode(environment["PLATFORM_VARIABLES"])) == {"theme:size": 3}
    routes = json.loads(base64.b64decode(environment["PLATFORM_ROUTES"]))
    [upstream] = [route for route in routes.values() if route["type"] == "upstream"]
    assert upstream["upstream"] == "app" and upstream["primary"] is True
    assert upstream["original_url"] == "https://{default}/"


def test_dot_environment_is_sourced_by_the_application_and_the_hooks(project):
    files = apps.probe(hooks=apps.hooks(deploy='echo "the hook sees $SAID"'))
    files[".environment"] = 'export SAID="$PLATFORM_BRANCH has the last word"\n'
    assert "the hook sees main has the last word" in project.push(files).err
    assert project.site().get("/env").json["SAID"] == "main has the last word"


def test_only_mounts_and_tmp_are_writable(project):
    project.push(apps.probe(mounts={**apps.STORAGE, "near": {"source": "instance"}, "brief": {"source": "tmp"}}))
    site = project.site()
    for path in ("/app/data/x", "/app/near/x", "/app/brief/x", "/tmp/x"):
        assert site.get(f"/write?path={path}").json == {"done": "written"}, path
    for path in ("/app/x", "/usr/x", "/etc/passwd", "/x"):
        assert "error" in site.get(f"/write?path={path}").json, path


def test_the_application_has_no_privileges(project):
    project.push(apps.probe())
    who = project.site().get("/whoami").json
    status = dict(line.split(":\t", 1) for line in who["status"].splitlines() if ":\t" in line)
    assert who["uid"] == who["gid"] == 10000
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"


def test_storage_persists_and_is_shared_by_applications_that_say_so(project):
    def application(start, **rest):
        return apps.application(start, **rest)

    files = apps.probe()
    files[".upsun/config.yaml"] = apps.configuration({
        "app": application("exec python3 probe.py", mounts=apps.STORAGE),
        "twin": application("exec python3 probe.py", mounts={
            "shared": {"source": "storage", "service": "app", "source_path": "data"}}),
    }, {"https://{default}/": {"type": "upstream", "upstream": "app:http"},
        "https://twin.{default}/": {"type": "upstream", "upstream": "twin:http"}})
    project.push(files)
    project.site().get("/write?path=/app/data/note&text=kept")
    assert project.site().other_host("twin").get("/read?path=/app/shared/note").json == {"done": "kept"}
    project.repository.replace("probe.py", '"one"', '"two"')
    project.push({})
    assert project.site().get().text == "two"
    assert project.site().get("/read?path=/app/data/note").json == {"done": "kept"}


def test_an_application_reaches_another_at_port_80_of_its_relationship_and_not_the_other_way_round(project):
    files = apps.probe()
    files[".upsun/config.yaml"] = apps.configuration({
        "app": apps.application(relationships={"twin": {"service": "twin", "endpoint": "http"}}),
        "twin": apps.application(),
    }, {"https://{default}/": {"type": "upstream", "upstream": "app:http"},
        "https://twin.{default}/": {"type": "upstream", "upstream": "twin:http"}})
    project.push(files)
    site, twin = project.site(), project.site().other_host("twin")
    assert site.get("/env").json["TWIN_URL"] == "http://twin.internal"
    assert site.get("/connect?host=twin.internal&port=80").json == {"done": "connected"}
    hosts = site.get("/read?path=/etc/hosts").json["done"]
    address = next(line.split()[0] for line in hosts.splitlines() if line.endswith(" app"))
    for port in (80, 8888):
        assert "error" in twin.get(f"/connect?host={address}&port={port}").json


def test_an_application_that_ends_is_started_again(project):
    project.push(apps.probe("one"))
    site = project.site()
    first = site.get("/pid").json
    site.get("/crash")
    eventually(lambda: site.get("/pid").json != first, "another process serves")
    assert site.get().text == "one"


def test_requests_during_a_deploy_are_held_and_answered_by_the_new_release(project):
    project.push(apps.probe("one"))
    with Visitors(project.site()) as visitors:
        project.push(apps.probe("two", hooks=apps.hooks(deploy="sleep 1")))
    assert not visitors.problems and visitors.statuses() == {200}
    versions = [answer.text for answer in visitors.answers]
    assert versions == sorted(versions) and set(versions) == {"one", "two"}


def test_a_request_that_is_not_idempotent_is_told_to_come_back(project):
    project.push(apps.probe("one"))
    with Visitors(project.site(), "POST") as visitors:
        project.push(apps.probe("two", hooks=apps.hooks(deploy="sleep 1")))
    assert not visitors.problems and visitors.statuses() == {200, 503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in visitors.answers if answer.status == 503)


def test_the_log_ends_with_what_was_held_and_the_time_of_each_step(project):
    project.push(apps.probe("one"))
    with Visitors(project.site()):
        said = project.push(apps.probe("two", hooks=apps.hooks(deploy="sleep 1"))).err
    for word in ("held", "released", "refused", "longest"):
        assert word in said.lower(), said


def test_the_log_tells_the_deploy_as_upsun_does(project):
    assert "Creating environment main" in project.push(apps.probe("one")).err
    said = project.push(apps.probe("two", hooks=apps.hooks(deploy="echo migrating", post_deploy="echo warming"))).err
    for expected in ("Redeploying environment main", "Opening application app", "Executing deploy hook for application app",
                     "migrating", "warming", "Environment configuration", "Environment routes",
                     "is served by application `app`"):
        assert expected in said, said


@pytest.fixture
def live(project):
    """A project that serves "one" and has a note in its storage."""
    project.push(apps.probe("one", mounts=apps.STORAGE))
    project.site().get("/write?path=/app/data/note&text=before")
    return project


def still_as_before(project):
    assert project.site().get().text == "one"
    assert project.site().get("/read?path=/app/data/note").json == {"done": "before"}


def test_a_failed_deploy_hook_brings_the_old_release_and_its_data_back(live):
    with Visitors(live.site()) as visitors:
        pushed = live.push(apps.probe("two", mounts=apps.STORAGE,
                                      hooks=apps.hooks(deploy="echo after > data/note; sleep 1; exit 1")))
    failed(live, pushed, "status code 1")
    assert not visitors.problems and visitors.statuses() == {200}
    assert {answer.text for answer in visitors.answers} == {"one"}
    still_as_before(live)


def test_a_start_that_never_listens_brings_the_old_release_back(live):
    live.set(start_timeout_s=3)
    pushed = live.push(apps.probe("two", mounts=apps.STORAGE, start="echo so long >&2; exec sleep 1000"))
    failed(live, pushed, "so long")
    still_as_before(live)


def test_a_start_that_keeps_ending_fails_fast_and_shows_its_last_words(live):
    began = time.monotonic()
    pushed = live.push(apps.probe("two", mounts=apps.STORAGE, start="echo my last words; exit 5"))
    failed(live, pushed, "my last words")
    assert time.monotonic() - began < 30
    still_as_before(live)


def test_a_failed_post_start_brings_the_old_release_back(live):
    pushed = live.push(apps.probe("two", mounts=apps.STORAGE, commands={"post_start": "echo after > data/note; exit 4"}))
    failed(live, pushed, "status code 4")
    still_as_before(live)


def test_a_failed_post_deploy_hook_is_reported_and_the_release_stays(live):
    live.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(post_deploy="exit 6")))
    assert live.last_activity("environment.push")["result"] == "failure"
    assert live.site().get().text == "two"


def test_the_next_push_after_a_failed_deploy_goes_live(live):
    live.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="exit 1")))
    live.push(apps.probe("three", mounts=apps.STORAGE))
    assert live.site().get().text == "three"


def test_redeploy_reuses_build_and_deploy_hook_and_runs_post_deploy(live):
    live.push(apps.probe("two", mounts=apps.STORAGE,
                         hooks=apps.hooks("echo building", "echo d >> data/deploys", "echo p >> data/posts")))
    said = live.cli("environment:redeploy", environment="main").all
    assert "Executing build hook" not in said
    assert live.site().get("/read?path=/app/data/deploys").json["done"].split() == ["d"]
    assert live.site().get("/read?path=/app/data/posts").json["done"].split() == ["p", "p"]


def test_environments_are_separate(project):
    project.push(apps.probe("one", mounts=apps.STORAGE))
    project.site().get("/write?path=/app/data/note&text=main")
    project.push(apps.probe("two", mounts=apps.STORAGE), "-o", "environment.status=active", "main:feature")
    assert project.site().get().text == "one" and project.site("feature").get().text == "two"
    assert project.site("feature").get("/env").json["PLATFORM_ENVIRONMENT_TYPE"] == "development"
    project.site("feature").get("/write?path=/app/data/note&text=feature")
    assert project.site().get("/read?path=/app/data/note").json == {"done": "main"}


def test_applications_of_other_environments_are_out_of_reach(project, another_project):
    project.push(apps.probe("one"))
    another_project.push(apps.probe("two"))
    hosts = another_project.site().get("/read?path=/etc/hosts").json["done"]
    port = another_project.site().get("/env").json["PORT"]
    addresses = {line.split()[0] for line in hosts.splitlines() if line and line[0].isdigit()} - {"127.0.0.1", "127.0.1.1"}
    assert addresses
    targets = [(address, port) for address in addresses]
    targets += [(address, project.penstock.api_port) for address in project.penstock.host_addresses()]
    for address, port in targets:
        assert "error" in project.site().get(f"/connect?host={address}&port={port}").json, (address, port)


def test_an_environment_is_activated_and_deactivated(project):
    project.push(apps.probe("one"))
    project.push(None, "main:feature")
    project.cli("environment:activate", "feature")
    assert project.status("feature") == "active"
    site = project.site("feature")
    assert site.get().text == "one"
    project.cli("environment:delete", "feature", "--no-delete-branch", "-y")
    assert project.status("feature") == "inactive"
    assert site.get().status == 404
    assert project.branch_head("feature") is not None


def test_deleting_a_project_leaves_nothing_of_it(penstock, another_project):
    before = penstock.mounts()
    another_project.push(apps.probe("a version of its own", mounts=apps.STORAGE))
    assert penstock.mounts() > before
    site = another_project.site()
    another_project.cli("project:delete", "-y")
    assert site.get().status == 404
    left = [path for path in penstock.state.rglob("*") if another_project.id in path.name]
    assert not left
    assert penstock.mounts() == before


def test_on_failure_keep_leaves_a_release_live_whose_deploy_hook_failed(project):
    project.push(apps.probe("one", mounts=apps.STORAGE))
    project.set(on_failure="keep")
    pushed = project.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo two > data/note; exit 3")))
    failed(project, pushed, "the deploy hook of application app failed with status code 3")
    assert project.site().get().text == "two"
    assert project.site().get("/read?path=/app/data/note").json["done"] == "two\n", "its data stays, too"
    state = project.penstock.api("GET", f"/projects/{project.id}/environments/main")["deployment_state"]
    assert state["last_deployment_successful"] is False
    assert "Executing deploy hook" in project.cli("environment:redeploy", environment="main", check=False).err
    project.set(on_failure="rollback")
    project.cli("environment:rollback", environment="main")
    assert project.site().get().text == "one"
