"""Programs that are killed at any moment, and a machine that starts again. Each test has a Penstock of its own."""
import pytest

from support import apps
from support.eventually import eventually

SLOW_HOOKS = apps.hooks("echo in the build hook; sleep 2", "echo in the deploy hook >&2; echo two > data/note; sleep 2",
                        "echo in the post_deploy hook; sleep 2")


@pytest.fixture
def live(own_penstock, tmp_path):
    """A project that serves "one" with "one" in its storage, on a Penstock that the test may kill."""
    project = own_penstock.create_project("Survivor", tmp_path / "work")
    project.push(apps.probe("one", mounts=apps.STORAGE))
    project.site().get("/write?path=/app/data/note&text=one")
    yield project
    own_penstock.ensure_running()
    own_penstock.delete_project(project)


def note(project):
    return project.site().get("/read?path=/app/data/note").json["done"].strip()


def settled(project):
    """Nothing is under way any more; returns what is served, which must fit the data."""
    project.wait_until_idle()
    version = project.site().get().text
    assert note(project) == version
    return version


@pytest.mark.parametrize("moment, live_after", [
    ("Found 1 new commit", {"one"}),
    ("Building application", {"one"}),
    ("in the build hook", {"one"}),
    ("Redeploying environment", {"one", "two"}),
    ("Opening application", {"one", "two"}),
    ("in the deploy hook", {"one", "two"}),
    ("in the post_deploy hook", {"two"}),
])
def test_penstockd_killed_during_a_push_finishes_or_undoes_it(live, moment, live_after):
    penstock = live.penstock
    files = apps.probe("two", mounts=apps.STORAGE, hooks=SLOW_HOOKS)
    push = live.start_push(files, "main")
    push.wait_for(moment)
    penstock.kill_daemon()
    push.finish(60)
    penstock.start_daemon()

    version = settled(live)
    assert version in live_after
    assert not list(penstock.build_containers())
    live.push(apps.probe("three", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo three > data/note")), "--force", "main")
    assert settled(live) == "three"


def test_penstockd_killed_again_and_again_always_recovers(live):
    """The moments are spread over a whole push, wherever it then is."""
    penstock = live.penstock
    quick = apps.hooks("echo in the build hook", "echo $VERSION > data/note")
    for number in range(12):
        name = f"kill {number}"
        push = live.start_push(apps.probe(name, mounts=apps.STORAGE, hooks=quick, variables={"env": {"VERSION": name}}),
                               "--force", "main")
        with penstock.killed_after(number * 0.12):
            push.finish(60)
        live.wait_until_idle()
        assert note(live) in (live.site().get().text, "one") or live.site().get().text == "one"
    live.push(apps.probe("last", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo last > data/note")), "--force", "main")
    assert settled(live) == "last"


def test_applications_serve_while_penstockd_is_away(live):
    before = live.site().get("/pid").json
    live.penstock.kill_daemon()
    assert live.site().get().text == "one"
    live.penstock.start_daemon()
    assert live.site().get("/pid").json == before
    live.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo two > data/note")))
    assert settled(live) == "two"


def test_an_application_is_restarted_while_penstockd_is_away(live):
    live.penstock.kill_daemon()
    before = live.site().get("/pid").json
    live.site().get("/crash")
    eventually(lambda: live.site().get("/pid").json != before, "another process serves")


@pytest.mark.parametrize("killed", [["process"], ["monitor"], ["monitor", "process"], ["process", "monitor"]], ids="+".join)
def test_a_container_that_is_killed_is_started_again(live, killed):
    before = live.penstock.container_record()
    live.penstock.kill_container(*killed)
    eventually(lambda: live.penstock.container_record()["process"] not in (None, before["process"]), "another container")
    eventually(lambda: live.site().shows("one"), "the application serves")
    assert note(live) == "one"
    assert "container ended: environment=" in live.penstock.daemon_log()
    assert "it starts again" in live.cli("environment:logs", environment="main").out
    live.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo two > data/note")))
    assert settled(live) == "two"


@pytest.mark.parametrize("killed", [["process"], ["monitor"], ["monitor", "process"]], ids="+".join)
def test_a_container_killed_while_penstockd_is_away_is_not_taken_up_dead(live, killed):
    live.penstock.kill_daemon()
    live.penstock.kill_container(*killed)
    live.penstock.start_daemon()
    eventually(lambda: live.site().shows("one"), "the application serves")
    assert "started deployment 1 again" in live.penstock.daemon_log()


def test_a_container_killed_during_a_deploy_ends_in_one_whole_release(live):
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE, hooks=SLOW_HOOKS), "main")
    push.wait_for("in the build hook")
    live.penstock.kill_container("process")
    eventually(lambda: live.site().shows("one"), "the application serves while the next one is built")
    assert push.finish().status == 0
    assert settled(live) == "two"


def test_the_restart_says_what_it_took_up_and_what_it_undid(live):
    live.penstock.kill_daemon()
    live.penstock.start_daemon()
    assert "adopted deployment 1" in live.penstock.daemon_log()
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE, hooks=SLOW_HOOKS), "main")
    push.wait_for("in the deploy hook")
    live.penstock.kill_daemon()
    push.finish(60)
    live.penstock.start_daemon()
    assert "undone: deployment 2" in live.penstock.daemon_log()
    assert settled(live) == "two"  # the branch has it, so it is deployed again


def test_a_push_acknowledged_just_before_the_kill_is_deployed_after_it(live):
    """The ref has moved and penstockd dies before it has begun the deploy."""
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo two > data/note")), "main")
    eventually(lambda: live.penstock.head_in_repository(live) == live.repository.head(), "the ref has moved")
    live.penstock.kill_daemon()
    push.finish(60)
    live.penstock.start_daemon()
    live.wait_until_idle()
    eventually(lambda: live.site().shows("two"), "the pushed version is live", 60)
    assert note(live) == "two"


def test_the_router_killed_is_back_at_once_with_its_table(live):
    live.penstock.kill_router()
    eventually(lambda: live.site().shows("one"), "the router serves again", 3)


def test_the_router_killed_serves_its_last_table_without_penstockd(live):
    live.penstock.kill_daemon()
    live.penstock.kill_router()
    eventually(lambda: live.site().shows("one"), "the router serves its last table", 3)


def test_the_router_killed_during_a_deploy_does_not_fail_it(live):
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE, hooks=SLOW_HOOKS), "main")
    push.wait_for("in the deploy hook")
    live.penstock.kill_router()
    assert push.finish().status == 0
    assert settled(live) == "two"


def test_environments_come_back_after_a_reboot(live):
    live.push(None, "-o", "environment.status=active", "main:feature")
    live.penstock.reboot()
    eventually(lambda: live.site().shows("one"), "the environment is back", 60)
    eventually(lambda: live.site("feature").shows("one"), "the other environment is back", 60)
    assert note(live) == "one"
    live.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="echo two > data/note")))
    assert settled(live) == "two"


def test_a_reboot_in_the_middle_of_a_deploy_leaves_one_whole_release(live):
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE, hooks=SLOW_HOOKS), "main")
    push.wait_for("in the deploy hook")
    live.penstock.reboot()
    push.finish(60)
    eventually(lambda: live.site().get().status == 200, "a release serves", 60)
    settled(live)


def test_an_orderly_stop_leaves_applications_running(live):
    before = live.site().get("/pid").json
    live.penstock.stop_daemon()
    assert live.site().get("/pid").json == before
    live.penstock.start_daemon()
    assert live.site().get("/pid").json == before
