"""The command line: verbs, tables, formats and exit codes."""
import csv
import io
import json

import pytest

from support import apps
from support.eventually import eventually


def test_projects_are_created_listed_shown_and_deleted(penstock, tmp_path):
    project = penstock.create_project("A title", tmp_path / "work")
    listed = json.loads(penstock.cli("project:list", "--format", "json").out)
    assert [row["title"] for row in listed if row["id"] == project.id] == ["A title"]
    assert "A title" in project.cli("project:info").out
    assert project.cli("project:info", "title").out.strip() == "A title"
    project.cli("project:delete", "-y")
    assert project.id not in penstock.cli("project:list").out


def test_the_default_environment_is_active_production_from_the_start(project):
    environment = project.environments()["main"]
    assert environment["status"].lower() == "active" and environment["type"].lower() == "production"


def test_a_table_has_a_header_and_csv_is_csv(project):
    assert "| ID" in project.cli("environment:list").out
    rows = list(csv.DictReader(io.StringIO(project.cli("environment:list", "--format", "csv").out)))
    assert rows[0]["ID"] == "main"


def test_pipe_prints_one_id_per_line(project):
    assert project.cli("environment:list", "--pipe").out == "main\n"


def test_activities_are_listed_and_their_logs_shown(project):
    project.push(apps.probe("one", hooks=apps.hooks(build="echo from the build", deploy="echo from the deploy")))
    push = project.last_activity("environment.push")
    assert push["state"] == "complete" and push["result"] == "success"
    log = project.cli("activity:log", push["id"])
    assert "from the build" in log.out and "from the deploy" in log.out
    assert push["id"] in project.cli("activity:get", push["id"]).out


def test_a_waiting_command_fails_when_its_activity_fails(project):
    project.push(apps.probe("one"))
    project.push(apps.probe("two", hooks=apps.hooks(post_deploy="test ! -e /tmp/x; exit 1")))
    redeployed = project.cli("environment:redeploy", environment="main", check=False)
    assert redeployed.status == 1 and "failed" in redeployed.err


def test_no_wait_returns_at_once(project):
    project.push(apps.probe("one"))
    project.cli("environment:redeploy", "--no-wait", environment="main")
    eventually(lambda: project.last_activity("environment.redeploy")["result"] == "success", "the redeploy is done")


def test_activities_come_in_pages_and_can_be_filtered(project):
    for number in range(105):
        project.penstock.api("POST", f"/projects/{project.id}/variables", {"name": f"env:V{number}", "value": "x"})
    project.cli("variable:delete", "-y", "env:V7")
    project.wait_until_idle()

    def listed(*arguments):
        return project.rows("activity:list", "--all", *arguments)

    everything = listed("--limit", "1000")
    assert len(everything) == 106
    assert len(listed()) == 10
    assert [row["id"] for row in listed("--limit", "2", "--start", everything[9]["created"])] == [
        row["id"] for row in everything[10:12]]
    assert len(listed("--limit", "1000", "--exclude-type", "project.variable.delete")) == 105
    assert [row["type"] for row in listed("--type", "project.variable.delete")] == ["project.variable.delete"]
    assert listed("--state", "pending") == [] and listed("--start", "2020-01-01") == []
    refused = project.cli("activity:list", "--limit", "many", check=False)
    assert refused.status == 1 and "--limit" in refused.err


@pytest.fixture
def push(project):
    """`penstock push` in the project's working copy."""
    def push(*arguments):
        return project.penstock.cli("push", "-p", project.id, *arguments, check=False, cwd=project.repository.path)
    return push


def test_push_deploys_and_its_exit_status_says_what_failed(project, push):
    project.repository.write(apps.probe("one")).commit()
    pushed = push("--target", "main")
    assert pushed.status == 0 and "Environment routes" in pushed.err and pushed.out == ""
    assert project.site().get().text == "one"
    assert "already up to date" in push("--target", "main").err
    project.repository.write(apps.probe("two", hooks=apps.hooks(deploy="exit 1"))).commit()
    failed = push("--target", "main")
    assert failed.status == 87 and "deployment error" in failed.err
    project.repository.write(apps.probe("three", hooks=apps.hooks(build="exit 1"))).commit()
    assert push("--target", "main").status == 1
    assert push("no-such-commit", "--target", "main").status == 1
    assert project.site().get().text == "one"


def test_push_makes_an_environment_active(project, push):
    project.repository.write(apps.probe("one")).commit()
    assert push("--target", "feature", "--activate", "--title", "A feature").status == 0
    assert project.status("feature") == "active"
    assert project.environments()["feature"]["title"] == "A feature"


def test_a_cleared_build_cache_makes_the_next_push_build_anew(project):
    kept = apps.hooks(build="cat $PLATFORM_CACHE_DIR/kept 2>/dev/null; echo still here > $PLATFORM_CACHE_DIR/kept")
    project.push(apps.probe("one", hooks=kept))
    assert "still here" in project.push(apps.probe("two", hooks=kept)).err
    project.cli("project:clear-build-cache")
    said = project.push(apps.probe("one", hooks=kept)).err
    assert "Reusing existing build" not in said and "still here" not in said


def test_set_remote_lets_git_and_later_commands_find_the_project(project):
    def in_folder(*arguments):
        return project.penstock.cli(*arguments, cwd=project.repository.path)

    in_folder("set-remote", project.id)
    assert project.repository.git("remote", "get-url", "penstock").out.strip() == project.git_url
    assert in_folder("project:info", "id").out.strip() == project.id


def test_logs_show_what_the_application_wrote(project):
    project.push(apps.probe("one"))
    assert "probe one starts" in project.cli("environment:logs", "app", environment="main").out


def test_environment_info_shows_and_changes_a_property(project):
    project.cli("environment:info", "title", "Live", environment="main")
    assert project.cli("environment:info", "title", environment="main").out.strip() == "Live"


@pytest.mark.parametrize("arguments, status", [
    (["nosuch:verb"], 1), (["project:info", "-p", "nosuchproject"], 1), (["activity:log", "nosuchactivity"], 1),
    (["--version"], 0), (["list"], 0), (["--help"], 0),
])
def test_exit_codes(penstock, arguments, status):
    assert (penstock.cli(*arguments, check=False).status != 0) == (status != 0)


def test_a_wrong_token_is_explained(penstock):
    refused = penstock.cli("project:list", check=False, env={"PENSTOCK_TOKEN": "wrong"})
    assert refused.status != 0 and "token" in refused.err.lower()


def test_manual_deployment_stages_a_push_until_it_is_deployed(project):
    project.push(apps.probe("one"))
    project.set(enable_manual_deployments=True)
    project.push(apps.probe("two"))
    assert project.site().get().text == "one"
    assert project.activities()[0]["state"] == "staged"
    project.cli("environment:deploy", environment="main")
    assert project.site().get().text == "two"
