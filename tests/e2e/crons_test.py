"""Crons: what applications run at times."""
import pytest

from support import apps
from support.eventually import eventually

NEVER = "0 0 31 2 *"
UNTIL_TERM = "trap 'echo got TERM; exit 3' TERM; echo begun; while :; do sleep 0.1; done"


def cron(start, spec=NEVER, stop=None, **rest):
    commands = {"start": start} if stop is None else {"start": start, "stop": stop}
    return {"spec": spec, "commands": commands, **rest}


def application(version="one", **crons):
    return apps.probe(version, mounts=apps.STORAGE, crons=crons, variables={"env": {"COLOUR": "green"}})


def run(project, name, *arguments, check=True):
    return project.cli("cron:run", name, *arguments, environment="main", check=check)


def begin(project, name, until="begun"):
    """Starts a run and waits until it has said something; returns its activity."""
    run(project, name, "--no-wait")
    activity = project.last_activity("environment.cron")["id"]
    log = project.penstock.state / f"activities/{activity}.log"
    eventually(lambda: until in log.read_text(), f"{name} says {until}", 60)
    return activity


def activity(project, id):
    return project.penstock.api("GET", f"/projects/{project.id}/activities/{id}")


def ended(project, id):
    return eventually(lambda: (found := activity(project, id))["state"] in ("complete", "cancelled") and found,
                      "the run has ended", 60)


def crons_state(project, environment="main"):
    found = project.penstock.api("GET", f"/projects/{project.id}/environments/{environment}")
    return found["deployment_state"]["crons"]


def test_a_cron_runs_in_its_application_with_its_environment(project):
    project.push(application(hello=cron('echo "hello $COLOUR from $(pwd)"; echo oops >&2; echo ran >> data/runs')))
    ran = run(project, "hello")
    assert "hello green from /app" in ran.err and "oops" in ran.err
    assert project.site().get("/read?path=/app/data/runs").json["done"] == "ran\n"
    log = project.site().get("/read?path=/var/log/cron.log").json["done"]
    assert "Launching command 'echo" in log and "hello green" in log and "oops" in log
    last = activity(project, project.last_activity("environment.cron")["id"])
    assert last["description"] == "**e2e** ran cron **hello**" and last["result"] == "success"
    assert last["parameters"]["application"] == "app" and last["parameters"]["spec"] == NEVER
    assert last["commands"] == [{"app": "app", "type": "cron", "exit_code": 0}]


def test_a_cron_that_is_due_runs_by_itself(project):
    project.penstock.api("PATCH", f"/projects/{project.id}/settings", {"cron_minimum_interval": 1})
    project.push(application(tick=cron("date +%H:%M >> data/ticks", spec="* * * * *")))
    eventually(lambda: project.site().get("/read?path=/app/data/ticks").json["done"], "it has run", 150)
    project.push(application())
    runs = project.activities("--type", "environment.cron")
    assert {run["description"] for run in runs} == {"**Penstock Bot** ran cron **tick**"}
    ticks = project.site().get("/read?path=/app/data/ticks").json["done"].split()
    assert len(ticks) == len(set(ticks)), "once in a minute"


def test_a_push_says_that_a_cron_is_due_too_often(project):
    pushed = project.push(application(tick=cron("true", spec="* * * * *"), slow=cron("true", spec="*/5 * * * *")))
    assert "W: The cron tick of application app is due every 1 min; the project lets it run every 5 min" in pushed.err
    assert "cron slow" not in pushed.err


def test_crons_are_listed_with_their_next_time(project):
    project.push(application(hashed=cron("true", spec="H * * * *"), never=cron("true")))
    rows = {row["name"]: row for row in project.rows("cron:list", environment="main")}
    assert rows["hashed"]["next"] and not rows["hashed"]["last"] and not rows["never"]["next"]
    run(project, "hashed")
    assert project.rows("cron:list", environment="main")[0]["last"]
    assert crons_state(project) == {"enabled": True, "status": "running"}


def test_a_cron_that_fails_is_a_failed_activity_with_its_exit_code(project):
    project.push(application(bad=cron("echo before; exit 7")))
    assert run(project, "bad", check=False).status != 0
    last = activity(project, project.last_activity("environment.cron")["id"])
    assert last["result"] == "failure" and last["failure_reason"] == "shell"
    assert last["commands"][0]["exit_code"] == 7


def test_successful_runs_do_not_crowd_the_list_of_activities(project):
    project.push(application(good=cron("true"), bad=cron("false")))
    for _ in range(3):
        run(project, "good")
    run(project, "bad", check=False)
    assert [a["type"] for a in project.activities()] == ["environment.cron", "environment.push"]
    assert len(project.activities("--type", "environment.cron")) == 4


def test_a_cron_that_is_cancelled_gets_sigterm(project):
    project.push(application(long=cron(UNTIL_TERM)))
    id = begin(project, "long")
    project.cli("activity:cancel", id)
    assert ended(project, id)["state"] == "cancelled"
    assert "got TERM" in project.log(id)


def test_a_cron_that_is_cancelled_gets_its_stop_command(project):
    project.push(application(long=cron("rm -f data/stop; echo begun; until [ -e data/stop ]; do sleep 0.1; done; echo asked nicely",
                                       stop="touch data/stop")))
    id = begin(project, "long")
    project.cli("activity:cancel", id)
    assert ended(project, id)["state"] == "cancelled" and "asked nicely" in project.log(id)


def test_a_cron_that_does_not_listen_is_killed(project):
    project.push(application(deaf=cron("trap '' TERM; echo begun; while :; do sleep 0.1; done", shutdown_timeout=1)))
    id = begin(project, "deaf")
    project.cli("activity:cancel", id)
    assert ended(project, id)["commands"][0]["exit_code"] == 137


def test_a_cron_that_takes_too_long_is_ended(project):
    project.push(application(slow=cron(UNTIL_TERM, timeout=1)))
    ran = run(project, "slow", check=False)
    assert "It took longer than its timeout" in ran.err and "got TERM" in ran.err


def test_crons_of_an_application_run_one_after_the_other(project):
    script = "test ! -e data/lock && touch data/lock && echo begun && sleep 1 && rm data/lock"
    project.push(application(one=cron(script), two=cron(script), three=cron("sleep 1000")))
    ids = []
    for name in ("one", "two"):
        run(project, name, "--no-wait")
        ids.append(project.last_activity("environment.cron")["id"])
    assert [ended(project, id)["result"] for id in ids] == ["success", "success"]
    run(project, "three", "--no-wait")
    running = project.last_activity("environment.cron")["id"]
    again = run(project, "three", check=False)
    assert again.status != 0 and "a run of it has not ended" in again.err
    project.cli("activity:cancel", running)


def test_a_deploy_waits_for_a_cron_and_requests_do_not(project):
    project.push(application(work=cron("echo begun; sleep 3; echo worked > data/result")))
    id = begin(project, "work")
    push = project.start_push(application("two"), "main")
    push.wait_for("Waiting for cron work of application app to end")
    assert project.site().get().text == "one", "nothing is held while it waits"
    assert push.finish().status == 0
    assert ended(project, id)["result"] == "success"
    assert project.site().get().text == "two"
    assert project.site().get("/read?path=/app/data/result").json["done"] == "worked\n"


def test_a_deploy_asks_a_cron_to_end_after_its_patience(project):
    project.push(application(long=cron(UNTIL_TERM)))
    project.set(cron_patience_s=1)
    id = begin(project, "long")
    pushed = project.push(application("two"))
    assert "still runs: it is asked to end" in pushed.err
    assert ended(project, id)["commands"][0]["exit_code"] == 3
    assert project.site().get().text == "two"


def test_previews_and_deleted_projects_end_their_crons(project):
    project.push(application())
    project.push(application(long=cron(UNTIL_TERM)), "-o", "environment.status=active", "main:feature")
    project.cli("cron:run", "long", "--no-wait", environment="feature")
    project.cli("environment:deactivate", "-y", environment="feature")
    project.wait_until_idle()
    assert project.last_activity("environment.cron")["result"] == "failure"
    found = project.penstock.api("GET", f"/projects/{project.id}/environments/feature")
    assert found["deployment_state"]["crons"] == {"enabled": False, "status": "sleeping"}


@pytest.fixture
def survivor(own_penstock, tmp_path):
    project = own_penstock.create_project("Survivor", tmp_path / "work")
    yield project
    own_penstock.ensure_running()
    own_penstock.delete_project(project)


def test_penstockd_killed_during_a_cron_ends_it_and_runs_it_once(survivor):
    survivor.push(application(long=cron("echo run >> data/runs; echo begun; sleep 1000")))
    id = begin(survivor, "long")
    survivor.penstock.kill_daemon()
    survivor.penstock.start_daemon()
    assert ended(survivor, id)["result"] == "failure"
    assert "penstockd ended while this activity was under way" in survivor.log(id)
    assert survivor.site().get("/read?path=/app/data/runs").json["done"] == "run\n"
    assert "process of an earlier penstockd killed" in survivor.penstock.daemon_log()
    assert run(survivor, "long", "--no-wait").status == 0
    survivor.cli("activity:cancel", survivor.last_activity("environment.cron")["id"])
