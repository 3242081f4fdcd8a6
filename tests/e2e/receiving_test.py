"""What the git endpoint does with a push, a fetch and those who may not."""
import http.client
import shutil

import pytest

from support import apps
from support.command import run
from support.eventually import eventually
from support.instance import PROGRAMS, Instance
from support.repository import GIT_ENVIRONMENT, Repository


def test_a_push_with_the_token_in_a_header_goes_live(project):
    pushed = project.push(apps.probe("one"))
    assert "main -> main" in pushed.err
    assert project.site().get().text == "one"


def test_a_push_with_the_token_in_the_url_is_accepted(project):
    project.repository.write(apps.probe("one")).commit()
    url = project.git_url.replace("://", f"://git:{project.penstock.token}@")
    project.repository.git("push", url, "main")
    assert project.branch_head() == project.repository.head()


def test_git_asks_for_a_password_and_takes_the_token(project, tmp_path):
    project.repository.write(apps.probe("one")).commit()
    asked = tmp_path / "asked"
    helper = tmp_path / "askpass"
    helper.write_text(f'#!/bin/sh\necho "$1" >> {asked}\n'
                      f'case $1 in Username*) echo ada;; *) echo {project.penstock.token};; esac\n')
    helper.chmod(0o755)
    project.repository.git("push", project.git_url, "main", env={"GIT_ASKPASS": str(helper)})
    assert "Password" in asked.read_text()
    assert project.branch_head() == project.repository.head()


@pytest.mark.parametrize("credentials", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic Z2l0Ondyb25n"}])
def test_a_wrong_token_gets_401(project, credentials):
    connection = http.client.HTTPConnection("127.0.0.1", project.penstock.api_port, timeout=10)
    connection.request("GET", f"/{project.id}.git/info/refs?service=git-receive-pack", headers=credentials)
    answer = connection.getresponse()
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_push_with_a_wrong_token_creates_nothing(project):
    project.repository.write(apps.probe("one")).commit()
    project.repository.token = "wrong"
    assert project.repository.push(check=False).status != 0
    project.repository.token = project.penstock.token
    assert project.branch_head() is None
    assert not project.activities("--type", "environment.push")


def test_an_unknown_project_is_not_found(project, tmp_path):
    stranger = Repository(tmp_path / "stranger", project.penstock.git_url("nosuchproject"), project.penstock.token)
    stranger.write({"file": "x"}).commit()
    pushed = stranger.push(check=False)
    assert pushed.status != 0 and "not found" in pushed.err


def test_clone_and_fetch_speak_protocol_v2(project, tmp_path):
    project.push(apps.probe("one"))
    header = f"http.extraHeader=Authorization: Bearer {project.penstock.token}"
    traced = {**GIT_ENVIRONMENT, "GIT_TRACE_PACKET": "1"}
    cloned = run(["git", "-c", header, "-c", "protocol.version=2", "clone", project.git_url, tmp_path / "clone"], env=traced)
    assert "version 2" in cloned.err
    assert (tmp_path / "clone/probe.py").read_text() == apps.probe("one")["probe.py"]

    project.push(apps.probe("two"))
    run(["git", "-c", header, "fetch", "origin"], cwd=tmp_path / "clone", env=traced)
    fetched = run(["git", "rev-parse", "origin/main"], cwd=tmp_path / "clone").out.strip()
    assert fetched == project.repository.head()


def test_a_shallow_clone_works(project, tmp_path):
    project.push(apps.probe("one"))
    project.push(apps.probe("two"))
    header = f"http.extraHeader=Authorization: Bearer {project.penstock.token}"
    run(["git", "-c", header, "clone", "--depth=1", project.git_url, tmp_path / "clone"], env=GIT_ENVIRONMENT)
    assert run(["git", "rev-list", "--count", "HEAD"], cwd=tmp_path / "clone").out.strip() == "1"


def test_push_options_arrive(project):
    project.push(apps.probe("one"))
    project.push(None, "-o", "environment.status=active", "-o", "environment.title=My feature", "main:feature")
    assert project.status("feature") == "active"
    assert project.environments()["feature"]["title"] == "My feature"
    assert project.site("feature").get().text == "one"


def test_an_unknown_push_option_is_named_with_the_nearest_known_one(project):
    project.repository.write(apps.probe("one")).commit()
    pushed = project.repository.push("-o", "enviroment.title=red", "main")
    assert "W: unknown push option enviroment.title, did you mean 'environment.title'?" in pushed.err


def test_a_new_branch_becomes_an_inactive_environment_and_builds_nothing(project):
    project.push(apps.probe("one"))
    project.repository.git("checkout", "-q", "-b", "feature")
    pushed = project.push(apps.probe("two"), "feature")
    assert "Building application" not in pushed.err
    assert project.status("feature") == "inactive"
    assert project.branch_head("feature") == project.repository.head()


def test_a_force_push_deploys_what_was_forced(project):
    project.push(apps.probe("one"))
    project.push(apps.probe("two"))
    project.repository.git("reset", "-q", "--hard", "HEAD~1")
    assert project.push(None, "main", check=False).status != 0
    project.push(None, "--force", "main")
    assert project.site().get().text == "one"
    assert project.branch_head() == project.repository.head()


def test_several_refs_in_one_push_all_arrive(project):
    project.repository.write(apps.probe("one")).commit()
    project.repository.git("branch", "left")
    project.repository.git("branch", "right")
    project.push(None, "main", "left", "right")
    head = project.repository.head()
    assert [project.branch_head(name) for name in ("main", "left", "right")] == [head] * 3
    assert project.site().get().text == "one"


def test_a_tag_is_kept_and_deploys_nothing(project):
    project.push(apps.probe("one"))
    before = len(project.activities())
    project.repository.git("tag", "v1")
    project.push(None, "v1")
    assert len(project.activities()) == before
    assert "refs/tags/v1" in project.repository.git(
        "-c", f"http.extraHeader=Authorization: Bearer {project.penstock.token}", "ls-remote", project.git_url).out


def test_deleting_a_branch_deletes_its_inactive_environment(project):
    project.push(apps.probe("one"))
    project.push(None, "main:feature")
    project.push(None, "--delete", "feature")
    assert project.branch_head("feature") is None
    eventually(lambda: "feature" not in project.environments(), "the environment is gone")


def test_the_branch_of_an_active_environment_cannot_be_deleted(project):
    project.push(apps.probe("one"))
    project.push(None, "-o", "environment.status=active", "main:feature")
    pushed = project.push(None, "--delete", "feature", check=False)
    assert pushed.status != 0 and "active" in pushed.err
    assert project.site("feature").get().text == "one"


def test_the_default_branch_cannot_be_deleted(project):
    project.push(apps.probe("one"))
    assert project.push(None, "--delete", "main", check=False).status != 0
    assert project.site().get().text == "one"


def test_a_push_of_nothing_new_is_up_to_date(project):
    project.push(apps.probe("one"))
    before = len(project.activities())
    assert "up-to-date" in project.push(None, "main").err
    assert len(project.activities()) == before


def test_an_empty_commit_reuses_the_build(project):
    project.push(apps.probe("one"))
    project.repository.commit("Nothing")
    assert "Reusing existing build for this tree ID" in project.push(None, "main").err


def test_two_pushes_at_once_are_taken_one_after_the_other(project, tmp_path):
    project.push(apps.probe("one"))
    other = Repository(tmp_path / "other", project.git_url, project.penstock.token)
    header = f"http.extraHeader=Authorization: Bearer {project.penstock.token}"
    other.git("-c", header, "pull", "-q", project.git_url, "main")
    project.repository.write({"ours": "x"}).commit()
    other.write({"theirs": "x"}).commit()

    racing = {repository: repository.start_push("main") for repository in (project.repository, other)}
    done = {repository: push.finish() for repository, push in racing.items()}
    losers = [repository for repository, result in done.items() if result.status != 0]
    assert len(losers) == 1, [str(result) for result in done.values()]
    losers[0].git("-c", header, "pull", "-q", "--rebase", project.git_url, "main")
    losers[0].push("main")
    assert {"ours", "theirs"} <= set(project.site().get("/list?path=/app").json)


def test_a_client_that_hangs_up_does_not_stop_the_deploy(project):
    project.push(apps.probe("one"))
    push = project.start_push(apps.probe("two", hooks=apps.hooks(deploy="echo deploying; sleep 2")), "main")
    push.wait_for("deploying")
    push.kill()
    project.wait_until_idle()
    assert project.last_activity("environment.push")["result"] == "success"
    assert project.site().get().text == "two"


def test_a_file_that_git_would_refuse_is_refused(project):
    """receive.fsckObjects: a tree entry named .git never enters the repository."""
    repository = project.repository
    repository.write(apps.probe("one")).commit()
    blob = repository.git("hash-object", "-w", "probe.py").out.strip()
    tree = run(["git", "mktree"], cwd=repository.path, stdin=f"100644 blob {blob}\t.git\n").out.strip()
    commit = repository.git("commit-tree", "-m", "Evil", tree).out.strip()
    pushed = project.push(None, f"{commit}:refs/heads/main", check=False)
    assert pushed.status != 0
    assert project.branch_head() is None


def test_a_deleted_token_ends_what_began_with_it(penstock):
    daemon = [penstock.program("penstockd"), "--settings", penstock.root / "penstockd.json"]
    secret = run([*daemon, "token:create", "guest"]).out.strip()
    session = penstock.api("POST", "/oauth2/token", {"grant_type": "api_token", "api_token": secret})
    url = f"http://127.0.0.1:{penstock.api_port}/users/me"

    def status(token):
        return run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}", url]).out

    assert status(secret) == status(session["access_token"]) == "200"
    [identity] = [line.split()[0] for line in run([*daemon, "token:list"]).out.splitlines() if line.endswith("guest")]
    run([*daemon, "token:delete", identity])
    assert status(secret) == status(session["access_token"]) == "401"


@pytest.fixture
def served_by_nobody():
    """Its programs are where every user of the machine may run them, which a build tree need not be."""
    instance = Instance(git_user="nobody")
    programs = instance.root / "programs"
    shutil.copytree(PROGRAMS / "git-hooks", programs / "git-hooks", symlinks=True)
    for name in ("penstock-git-hook", "penstock-init", "penstock-enter"):
        shutil.copy2(PROGRAMS / name, programs / name)
    instance.settings["programs_directory"] = str(programs)
    with instance:
        yield instance


def test_git_runs_as_its_own_user(served_by_nobody, tmp_path):
    penstock = served_by_nobody
    project = penstock.create_project("Served by nobody", tmp_path / "work")
    project.push(apps.probe("one"))
    assert project.site().get().text == "one"
    repository = penstock.state / "repositories" / f"{project.id}.git"
    assert {path.owner() for path in repository.rglob("*") if path.is_file()} == {"nobody"}
    project.repository.git("clone", "--config", f"http.extraHeader=Authorization: Bearer {penstock.token}",
                           project.git_url, tmp_path / "clone")
    assert (tmp_path / "clone/probe.py").exists()
