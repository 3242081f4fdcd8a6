"""Deploying without a pause, and what holding promises: nothing lost, nothing done twice."""
import socket
import threading

import pytest

from support import apps
from support.eventually import eventually
from support.load import Load, Verdict
from support.rollout import counter, roll_out

ROLLING = ("-o", "deploy.strategy=rolling")
GOING_AWAY = b"\x88\x02\x03\xe9"
UPGRADE = ("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
DEPLOYS = 5


@pytest.fixture
def counting(project):
    project.push(counter())
    return project


@pytest.fixture
def live(project):
    project.push(apps.probe("one", mounts=apps.STORAGE))
    project.site().get("/write?path=/app/data/note&text=before")
    return project


def nothing_went_wrong(verdict):
    assert not verdict.failed and not verdict.doubled and not verdict.lost and not verdict.half_done, \
        f"{verdict}\n{verdict.failed[:3]}"
    assert verdict.instances > DEPLOYS


def test_rolling_deployments_lose_nothing_and_do_nothing_twice(counting):
    verdict = roll_out(counting, "rolling", DEPLOYS)
    nothing_went_wrong(verdict)
    assert not verdict.told_to_come_back, verdict


def test_neither_do_stop_start_deployments_that_hold_everything(counting):
    counting.set(hold="all")
    verdict = roll_out(counting, "stopstart", DEPLOYS)
    nothing_went_wrong(verdict)
    assert not verdict.told_to_come_back, verdict


def test_otherwise_only_posts_are_told_to_come_back(counting):
    verdict = roll_out(counting, "stopstart", DEPLOYS)
    nothing_went_wrong(verdict)
    assert {one.method for one in verdict.told_to_come_back} == {"POST"}, verdict


def websocket(site):
    connection = site.raw()
    connection.sendall(UPGRADE.format(host=site.host).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    assert b" 101 " in head, head
    return connection


def echo(connection, frame=b"\x82\x81\0\0\0\0x"):
    """The probe sends back every byte."""
    connection.sendall(frame)
    received = b""
    while len(received) < len(frame):
        received += connection.recv(len(frame) - len(received))
    return received == frame


def test_a_websocket_has_its_time_and_is_then_closed_cleanly(live):
    live.set(drain_timeout_s=3)
    with websocket(live.site()) as connection:
        push = live.start_push(apps.probe("two", mounts=apps.STORAGE), *ROLLING, "main")
        eventually(lambda: live.site().shows("two"), "the new release serves", 60)
        assert echo(connection)
        assert connection.recv(100) == GOING_AWAY
        assert connection.recv(100) == b""
    finished = push.finish()
    assert finished.status == 0 and "1 closed, 0 cut" in finished.err, finished.err


def test_an_event_stream_has_its_time_and_then_ends_properly(live):
    live.set(drain_timeout_s=3)
    received = []
    reader = threading.Thread(target=lambda: received.append(live.site().get("/events").text))
    reader.start()
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE), *ROLLING, "main")
    assert push.finish().status == 0
    reader.join(30)
    assert len(received) == 1 and received[0].startswith("data: one 0\n\ndata: one 1\n\n")
    assert received[0].count("data: ") > 20, "it went on after the switch"


def test_the_deploy_hook_runs_on_the_new_instance_while_the_old_one_serves(live):
    hooks = apps.hooks(deploy="echo new > data/hook; until [ -e data/seen ]; do sleep 0.1; done")
    push = live.start_push(apps.probe("two", mounts=apps.STORAGE, hooks=hooks), *ROLLING, "main")
    eventually(lambda: live.site().get("/read?path=/app/data/hook").json["done"] == "new\n", "the hook runs", 60)
    assert live.site().get().text == "one"
    assert live.site().post("/", b"x").json["version"] == "one"
    live.site().get("/write?path=/app/data/seen")
    assert push.finish().status == 0
    assert live.site().get().text == "two"


@pytest.mark.parametrize("broken", [
    {"hooks": apps.hooks(deploy="echo after > data/note; exit 1")},
    {"start": "exec sleep 1000"},
    {"commands": {"post_start": "exit 4"}},
])
def test_a_failure_before_the_switch_is_noticed_by_nobody(live, broken):
    live.set(start_timeout_s=3)
    before = live.site().get("/pid").json
    with Load(live.site(), per_second=50) as load:
        pushed = live.push(apps.probe("two", mounts=apps.STORAGE, **broken), *ROLLING, "main")
    assert "Environment redeployment failed" in pushed.err, pushed.err
    assert {one.status for one in load.sent} == {200}
    assert live.site().get("/pid").json == before


def test_rolling_is_refused_after_a_failed_deployment(live):
    live.push(apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(deploy="exit 1")))
    head = live.branch_head()
    refused = live.push(apps.probe("three", mounts=apps.STORAGE), *ROLLING, "main", check=False)
    assert refused.status != 0 and "Could not perform a rolling deployment" in refused.err, refused.err
    assert live.branch_head() == head
    environment = live.penstock.api("GET", f"/projects/{live.id}/environments/main")
    assert environment["supports_rolling_deployments"] and not environment["can_rolling_deploy"]
    live.set(enable_manual_deployments=True)
    live.push(None)
    said = live.cli("environment:deploy", "--strategy", "rolling", environment="main", check=False)
    assert said.status != 0 and "The chosen strategy is not available for this environment." in said.err
    live.cli("environment:deploy", environment="main")
    assert live.site().get().text == "three"


def test_staged_changes_are_rolled_out(live):
    live.set(enable_manual_deployments=True)
    live.push(apps.probe("two", mounts=apps.STORAGE))
    said = live.cli("environment:deploy", "--strategy", "rolling", environment="main").all
    assert "the previous release serves until the new one is ready" in said
    assert live.site().get().text == "two"


def test_going_back_to_automatic_deployments_deploys_what_is_staged(live):
    live.cli("environment:deploy:type", "manual", environment="main")
    live.push(apps.probe("two", mounts=apps.STORAGE))
    assert live.site().get().text == "one"
    live.cli("environment:deploy:type", "automatic", environment="main")
    eventually(lambda: live.site().shows("two"), "what was staged is live", 60)
    live.wait_until_idle()
    assert all(row["state"] == "complete" for row in live.activities())


def test_settings_are_read_and_set_on_the_command_line(live):
    live.cli("environment:info", "drain_timeout_s", "45", environment="main")
    assert live.cli("environment:info", "drain_timeout_s", environment="main").out.strip() == "45"
    refused = live.cli("environment:info", "hold_max_requests", "many", environment="main", check=False)
    assert refused.status != 0 and "it must be a whole number from 0 to 1000000" in refused.err
    live.cli("project:info", "allow_rolling_deployments", "false")
    refused = live.push(apps.probe("two"), *ROLLING, "main", check=False)
    assert "Could not perform a rolling deployment: the project's settings do not allow it" in refused.err


@pytest.fixture
def mortal(own_penstock, tmp_path):
    """A project on a Penstock that the test may kill."""
    project = own_penstock.create_project("Mortal", tmp_path / "work")
    project.push(counter())
    yield project
    own_penstock.ensure_running()
    own_penstock.delete_project(project)


def counter_with_hook(script):
    application = apps.application("exec python3 counter.py", mounts=apps.STORAGE, hooks=apps.hooks(deploy=script))
    return {**counter(), ".upsun/config.yaml": apps.configuration({"app": application})}


def recovered(project, load):
    """Nobody noticed anything, and a rolling deployment works."""
    verdict = Verdict(load, project.site().get("/seen").text.split())
    assert not verdict.failed and not verdict.told_to_come_back and not verdict.doubled, f"{verdict}\n{verdict.failed[:3]}"


def test_penstockd_killed_before_the_switch_leaves_the_old_release(mortal):
    with Load(mortal.site(), per_second=50) as load:
        push = mortal.start_push(counter_with_hook("echo in the deploy hook; sleep 2"), *ROLLING, "main")
        push.wait_for("in the deploy hook")
        before = mortal.site().get("/?id=before").text
        mortal.penstock.kill_daemon()
        push.finish(60)
        assert mortal.site().get("/?id=killed").text == before
    recovered(mortal, load)
    mortal.penstock.start_daemon()
    assert "undone: deployment 2" in mortal.penstock.daemon_log()
    mortal.wait_until_idle()


def test_penstockd_killed_after_the_switch_finishes_what_it_began(mortal):
    """What keeps the old release is a connection that does not end."""
    before = mortal.site().get("/?id=before").text
    with socket.create_connection(("127.0.0.1", mortal.site().port)) as slow, Load(mortal.site(), per_second=50) as load:
        slow.sendall(f"POST / HTTP/1.1\r\nHost: {mortal.site().host}\r\nContent-Length: 4\r\n\r\n".encode())
        push = mortal.start_push(counter_with_hook("true"), *ROLLING, "main")
        push.wait_for("Opening environment")
        mortal.penstock.kill_daemon()
        push.finish(60)
        assert mortal.site().get("/?id=killed").text != before
        slow.sendall(b"slow")
        assert before.encode() in slow.recv(1000), "the old release answers what was sent to it"
        mortal.penstock.start_daemon()
    recovered(mortal, load)
    assert "finished deployment 2, which had committed" in mortal.penstock.daemon_log()
    containers = list((mortal.penstock.state / "containers").glob("[!.]*"))
    assert len(containers) == 1, containers
