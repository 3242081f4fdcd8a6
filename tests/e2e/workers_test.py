"""Workers: beside an application, from the same artifact, without requests."""
import json

from support import apps
from support.eventually import eventually

WORKER = """
import json, os, pathlib, signal, sys, time
here = pathlib.Path("data")
here.mkdir(exist_ok=True)
(here / "worker.json").write_text(json.dumps(dict(os.environ)))
with open(here / "starts", "a") as file:
    file.write("x")
def end(*_):
    (here / "ended").write_text("by SIGTERM")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("working", flush=True)
while not (here / "crash").exists():
    time.sleep(0.02)
(here / "crash").unlink()
os._exit(7)
"""


def workers(start="exec python3 worker.py", **commands):
    return {"queue": {"commands": {"start": start, **commands}}}


def app(version="one", worker=None, **rest):
    """An application and its worker, which share data/."""
    files = apps.probe(version, mounts=apps.STORAGE, workers=worker or workers(), **rest)
    return {**files, "worker.py": WORKER}


def seen(project, name):
    """A file of the shared mount, as the application reads it."""
    return project.site().get(f"/read?path=data/{name}").json.get("done", "")


def test_a_worker_runs_beside_its_application_without_requests(project):
    pushed = project.push(app())
    assert "Opening worker app--queue and its relationships" in pushed.err
    assert "app--queue (type: python:3.11" in pushed.err
    variables = json.loads(eventually(lambda: seen(project, "worker.json"), "the worker has started"))
    assert variables["PLATFORM_APPLICATION_NAME"] == "app"
    assert variables["PLATFORM_APP_COMMAND"] == "exec python3 worker.py"
    assert "PORT" not in variables and "SOCKET" not in variables
    current = project.penstock.api("GET", f"/projects/{project.id}/environments/main/deployments/current")
    assert current["workers"]["app--queue"]["worker"]["commands"]["start"] == "exec python3 worker.py"
    assert list(current["webapps"]) == ["app"]


def test_its_commands_run_in_order_and_no_hook_does(project):
    log = "echo {} >> data/steps"
    project.push(app(worker=workers(pre_start=log.format("pre_start"), post_start=log.format("post_start")),
                     hooks=apps.hooks(deploy="echo hook in $(hostname) >> data/hooks")))
    steps = eventually(lambda: len(seen(project, "steps").split()) == 2 and seen(project, "steps").split(), "both ran")
    assert sorted(steps) == ["post_start", "pre_start"]
    assert len(seen(project, "hooks").splitlines()) == 1


def test_it_is_started_again_when_it_ends_and_asked_to_stop_by_a_deploy(project):
    project.push(app())
    eventually(lambda: seen(project, "starts") == "x", "the worker has started")
    project.site().get("/write?path=data/crash").json
    eventually(lambda: seen(project, "starts") == "xx", "the worker was started again")
    project.push(app("two"))
    assert seen(project, "ended") == "by SIGTERM"
    eventually(lambda: seen(project, "starts") == "xxx", "the new release has its own")


def test_its_log_is_shown(project):
    project.push(app())
    eventually(lambda: "working" in project.cli("environment:logs", "--worker", "queue", environment="main").out,
               "the worker's line is in its log")
    assert "working" not in project.cli("environment:logs", "--app", "app", environment="main").out
    assert "[app--queue] working" in project.cli("environment:logs", environment="main").out


def test_one_that_ends_at_once_again_and_again_takes_the_deploy_back(project):
    project.push(app())
    project.set(start_timeout_s=3)
    pushed = project.push(app("two", worker=workers("echo cannot; exit 4")), check=False)
    assert "worker app--queue did not start: its start command ended" in pushed.err, pushed.err
    assert "with status code 4" in pushed.err and "cannot" in pushed.err
    assert project.site().get().text == "one"


def test_one_that_needs_what_the_deploy_hook_makes_is_waited_for(project):
    start = "test -e data/migrated && exec python3 worker.py; echo not yet; exit 1"
    project.push(app(worker=workers(start), hooks=apps.hooks(deploy="sleep 0.5; touch data/migrated")))
    eventually(lambda: seen(project, "starts") == "x", "the worker works")


def test_web_and_workers_have_properties_of_their_own(project):
    files = app(variables={"env": {"COLOR": "red", "SIZE": "big"}})
    document = json.loads(files[".upsun/config.yaml"])
    declared = document["applications"]["app"]
    declared["web"]["variables"] = {"env": {"COLOR": "blue"}}
    declared["web"]["additional_hosts"] = {"elsewhere.example": "192.0.2.7"}
    declared["workers"]["queue"]["mounts"] = {"data": {"source": "storage", "source_path": "data"},
                                              "spool": {"source": "instance", "source_path": "spool"}}
    project.push({**files, ".upsun/config.yaml": json.dumps(document)})
    variables = project.site().get("/env").json
    assert variables["COLOR"] == "blue" and "SIZE" not in variables
    assert "192.0.2.7" in project.site().get("/read?path=/etc/hosts").json["done"]
    worker = json.loads(eventually(lambda: seen(project, "worker.json"), "the worker has started"))
    assert worker["COLOR"] == "red" and worker["SIZE"] == "big"
    assert "error" in project.site().get("/write?path=spool/x").json


def test_a_worker_reaches_what_its_relationships_name(project):
    probe = apps.probe()["probe.py"]
    start = ("python3 -c \"import urllib.request as r; open('data/answer', 'w').write("
             "r.urlopen('http://self.internal').read().decode())\"; sleep 1000")
    worker = {"queue": {"commands": {"start": start}, "relationships": {"self": {"service": "app", "endpoint": "http"}}}}
    project.push({".upsun/config.yaml": apps.configuration(
        {"app": apps.application(mounts=apps.STORAGE, workers=worker)}), "probe.py": probe})
    assert eventually(lambda: seen(project, "answer"), "the worker has an answer") == "one"


def test_a_killed_worker_starts_again(own_penstock, tmp_path):
    project = own_penstock.create_project("Worker", tmp_path / "work")
    project.push(app())
    eventually(lambda: seen(project, "starts") == "x", "the worker has started")
    own_penstock.kill_container("process", application="app--queue")
    eventually(lambda: seen(project, "starts") == "xx", "it was made again")
