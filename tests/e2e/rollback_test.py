"""Returning to a release that was live before."""
import pytest

from support import apps
from support.eventually import eventually

NOTING = apps.hooks(deploy="echo $VERSION >> data/hooks")


def release(version, **rest):
    return apps.probe(version, mounts=apps.STORAGE, hooks=NOTING, variables={"env": {"VERSION": version}}, **rest)


@pytest.fixture
def third(project):
    """Three releases, the last one live."""
    for version in ("one", "two", "three"):
        project.push(release(version))
    return project


def hooks_that_ran(project):
    return project.site().get("/read?path=/app/data/hooks").json["done"].split()


def deployments(project):
    """Number to row."""
    return {int(row["number"]): row for row in project.rows("deployment:list", environment="main")}


def test_a_rollback_returns_to_the_release_before_without_a_build(third):
    head = third.branch_head()
    rolled_back = third.cli("environment:rollback", environment="main")
    assert "Rolling back to deployment 2" in rolled_back.err and "Building application" not in rolled_back.err
    assert third.site().get().text == "two"
    assert third.site().get("/env").json["VERSION"] == "two"
    assert hooks_that_ran(third) == ["one", "two", "three", "two"]
    activity = third.last_activity("environment.rollback")
    assert activity["result"] == "success" and activity["description"].endswith("back to deployment 2")
    assert third.branch_head() == head, "the branch is where it was"


def test_a_rollback_names_a_release_by_number_or_id(third):
    third.cli("environment:rollback", "1", environment="main")
    assert third.site().get().text == "one"
    third.cli("environment:rollback", deployments(third)[3]["id"], "-s", "rolling", environment="main")
    assert third.site().get().text == "three"
    rows = deployments(third)
    assert rows[4]["status"] == "superseded, rolled back" and rows[5]["status"] == "live"


def test_the_same_release_once_more_is_passed_over(third):
    third.cli("environment:redeploy", environment="main")
    third.cli("environment:rollback", environment="main")
    assert third.site().get().text == "two"


def test_what_cannot_be_returned_to_is_refused_and_changes_nothing(third):
    third.push(release("four", start="exec false"))
    for name, why in [("3", "it is live"), ("4", "it never went live"), ("9", "there is none such")]:
        refused = third.cli("environment:rollback", name, environment="main", check=False)
        assert refused.status != 0 and why in refused.err and "kept are 1, 2" in refused.err, refused.err
    assert third.site().get().text == "three"
    assert not third.activities("--type", "environment.rollback")


def test_a_rollback_has_the_variables_of_its_release(project):
    project.cli("variable:create", "env:COLOUR", "--level", "environment", "--value", "red", environment="main")
    project.push(release("one"))
    project.cli("variable:update", "env:COLOUR", "--level", "environment", "--value", "blue", environment="main")
    project.cli("environment:rollback", environment="main")
    assert project.site().get("/env").json["COLOUR"] == "red"
    project.cli("environment:redeploy", environment="main")
    assert project.site().get("/env").json["COLOUR"] == "blue", "a redeploy has those of now"


def test_a_change_of_a_variable_does_not_undo_a_rollback_but_a_push_does(third):
    third.cli("environment:rollback", environment="main")
    changed = third.cli("variable:create", "env:COLOUR", "--level", "environment", "--value", "red", environment="main")
    assert "where it stays until a push" in changed.err
    site = third.site()
    assert site.get().text == "two" and site.get("/env").json["COLOUR"] == "red"
    third.push(release("four"))
    assert site.get().text == "four"


def test_a_rollback_that_fails_leaves_everything_as_it_was(project):
    project.push(apps.probe("one", mounts=apps.STORAGE, hooks=apps.hooks(deploy="test ! -e data/forward && echo one > data/note")))
    project.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="touch data/forward")))
    failed = project.cli("environment:rollback", environment="main", check=False)
    assert failed.status != 0 and "Nothing has changed: the previous release serves again" in failed.err
    assert project.site().get().text == "two"


def test_a_start_does_not_undo_a_rollback(own_penstock, tmp_path):
    project = own_penstock.create_project("Rolled back", tmp_path / "work")
    for version in ("one", "two"):
        project.push(release(version))
    project.cli("environment:rollback", environment="main")
    own_penstock.kill_daemon()
    own_penstock.start_daemon()
    project.wait_until_idle()
    assert project.site().get().text == "one"
    own_penstock.kill_daemon()
    assert project.site().get().text == "one"
    own_penstock.start_daemon()
    own_penstock.delete_project(project)


@pytest.mark.parametrize("moment, live_after", [
    ("Opening application", "two"),
    ("in the post_deploy hook", "one"),
])
def test_penstockd_killed_during_a_rollback_finishes_or_undoes_it(own_penstock, tmp_path, moment, live_after):
    project = own_penstock.create_project("Killed", tmp_path / "work")
    project.push(apps.probe("one", hooks=apps.hooks(deploy="sleep 2", post_deploy="echo in the post_deploy hook; sleep 2")))
    project.push(apps.probe("two"))
    project.cli("environment:rollback", "--no-wait", environment="main")
    activity = project.last_activity("environment.rollback")["id"]
    log = own_penstock.state / f"activities/{activity}.log"
    eventually(lambda: moment in log.read_text(), moment, 60)
    own_penstock.kill_daemon()
    own_penstock.start_daemon()
    project.wait_until_idle()
    eventually(lambda: project.site().shows(live_after), f"{live_after} serves")
    own_penstock.delete_project(project)


def note(project):
    return project.site().get("/read?path=/app/data/note").json["done"]


def write(project, text):
    project.site().get(f"/write?path=/app/data/note&text={text}")


@pytest.fixture
def damaged(project):
    """The second release has added to the data of the first."""
    project.push(apps.probe("one", mounts=apps.STORAGE))
    write(project, "one-")
    project.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="printf damaged- >> data/note")))
    write(project, "later-")
    assert note(project) == "one-damaged-later-"
    return project


def test_a_rollback_with_data_has_the_data_as_that_release_left_it(damaged):
    assert deployments(damaged)[1]["data"] == "kept"
    rolled_back = damaged.cli("environment:rollback", "--with-data", environment="main")
    assert "deployment 1, as it was when deployment 2 took its place at" in rolled_back.err
    assert damaged.site().get().text == "one" and note(damaged) == "one-"


def test_what_was_written_since_a_release_is_kept_when_it_is_rolled_back_to(damaged):
    damaged.cli("environment:rollback", "--with-data", environment="main")
    write(damaged, "again-")
    damaged.cli("environment:rollback", "2", "--with-data", environment="main")
    assert note(damaged) == "one-damaged-later-damaged-", "its deploy hook has run again"
    damaged.cli("environment:rollback", "3", "--with-data", environment="main")
    assert note(damaged) == "one-again-"


def test_a_rollback_with_data_that_fails_gives_back_the_data_of_before(project):
    project.push(apps.probe("one", mounts=apps.STORAGE, hooks=apps.hooks(deploy="printf x >> data/runs; test $(cat data/runs) = x")))
    write(project, "one-")
    project.push(apps.probe("two", mounts=apps.STORAGE))
    write(project, "two-")
    failed = project.cli("environment:rollback", "--with-data", environment="main", check=False)
    assert failed.status != 0
    assert project.site().get().text == "two" and note(project) == "one-two-"


def test_data_that_is_not_kept_is_refused_and_so_is_rolling_with_data(damaged):
    damaged.set(data_snapshots=0)
    damaged.cli("environment:redeploy", environment="main")
    for arguments, why in [((), "it is not kept"), (("-s", "rolling"), "both releases would use it")]:
        refused = damaged.cli("environment:rollback", "1", "--with-data", *arguments, environment="main", check=False)
        assert refused.status != 0 and why in refused.err, refused.err
    assert note(damaged) == "one-damaged-later-"
