"""Resources: what applications and workers may use, and several instances of them."""
import json

from support import apps
from support.eventually import eventually

def row(project, name, environment="main"):
    return next(row for row in project.rows("resources:get", environment=environment) if row["service"] == name)


def container_memory(project):
    """What the application's control group allows it, in MB, as penstockd told it."""
    return int(project.site().get("/env").json["PENSTOCK_MEMORY_MB"])


def test_resources_are_shown_and_set(project):
    project.push(apps.probe())
    assert row(project, "app")["profile_size"] == "default"
    done = project.cli("resources:set", "--size", "app:0.5", "--disk", "app:1024", environment="main")
    assert "app: profile_size from default to 0.5" in done.err and "app: disk from default to 1024" in done.err
    shown = row(project, "app")
    assert (shown["profile_size"], shown["memory"], shown["disk"]) == ("0.5", "224", "1024")
    assert container_memory(project) == 224
    update = project.last_activity("environment.resources.update")
    assert "updated resource allocation on" in update["description"] and update["result"] == "success"
    assert "app (type: python:3.11, cpu: 0.5, memory: 224, disk: 1024)" in project.log(update["id"])
    current = project.penstock.api("GET", f"/projects/{project.id}/environments/main/deployments/current")
    assert current["webapps"]["app"]["resources"]["profile_size"] == "0.5"
    assert current["container_profiles"]["HIGH_CPU"]["0.5"] == {"cpu": 0.5, "memory": 224, "cpu_type": "shared"}


def test_what_cannot_be_set_is_refused_and_changes_nothing(project):
    project.push(apps.probe())
    for arguments, why in [(("--size", "app:3"), "there is no size '3'"), (("--size", "ap:1"), "did you mean 'app'?"),
                           (("--count", "app:0"), "from 1 to"), (("--count", "app:many"), "expected a whole number"),
                           (("--disk", "app"), "expected NAME:VALUE"), ((), "nothing to set")]:
        refused = project.cli("resources:set", *arguments, environment="main", check=False)
        assert refused.status != 0 and why in refused.err, (arguments, refused.err)
    assert "profile_size from default to 1" in project.cli("resources:set", "--size", "app:1", "--dry-run",
                                                           environment="main").err
    assert row(project, "app")["profile_size"] == "default"


def test_several_instances_answer_and_share_their_storage(project):
    mounts = {**apps.STORAGE, "own": {"source": "instance"}}
    project.push(apps.probe(mounts=mounts, hooks=apps.hooks(deploy="echo x >> data/hooks")))
    project.cli("resources:set", "--count", "app:2", environment="main")
    peers = json.loads(project.site().get("/read?path=/run/peers.json").json["done"])
    assert [peer["instance"] for peer in peers] == [0, 1]
    assert project.site().get(f"/connect?host={peers[0]['ip']}&port={peers[0]['port']}").json == {"done": "connected"}
    site = project.site()
    owners = {site.get("/write?path=own/mark").json and site.get("/read?path=own/mark").json.get("done", "")
              for _ in range(12)}
    assert len(owners) > 1, "each instance has its own mount"
    assert project.site().get("/read?path=data/hooks").json["done"].split() == ["x"]
    logs = project.cli("environment:logs", environment="main").out
    assert "[app] " in logs and "[app:1] " in logs


def test_instances_of_both_strategies_take_over_from_each_other(project):
    project.push(apps.probe("one"))
    project.cli("resources:set", "--count", "app:3", environment="main")
    project.push(apps.probe("two"))
    assert {project.site().get().text for _ in range(9)} == {"two"}
    project.push(apps.probe("three"), "main", "-o", "deploy.strategy=rolling")
    assert {project.site().get().text for _ in range(9)} == {"three"}
    project.cli("resources:set", "--count", "app:1", environment="main")
    assert "done" not in project.site().get("/read?path=/run/peers.json").json


def test_a_branch_has_its_parents_resources_unless_it_asks_for_others(project):
    project.push(apps.probe())
    project.cli("resources:set", "--size", "app:0.5", environment="main")
    project.repository.git("checkout", "-q", "-b", "copy")
    project.push(apps.probe("copy"), "copy", "-o", "environment.status=active")
    assert row(project, "app", "copy")["profile_size"] == "0.5"
    project.repository.git("checkout", "-q", "-b", "small")
    project.push(apps.probe("small"), "small", "-o", "environment.status=active", "-o", "resources.init=minimum")
    assert row(project, "app", "small")["profile_size"] == "0.1"


def test_workers_have_resources_too(project):
    workers = {"queue": {"commands": {"start": "echo started >> data/starts; exec sleep 1000"}}}
    project.push(apps.probe(mounts=apps.STORAGE, workers=workers))
    project.cli("resources:set", "--count", "app--queue:3", "--size", "app--queue:0.25", environment="main")
    assert row(project, "app--queue")["instance_count"] == "3"
    eventually(lambda: len(project.site().get("/read?path=data/starts").json["done"].split()) == 4,
               "one before, three after")


def test_an_instance_that_is_killed_is_made_again(own_penstock, tmp_path):
    project = own_penstock.create_project("Instances", tmp_path / "work")
    project.push(apps.probe())
    project.cli("resources:set", "--count", "app:2", environment="main")
    own_penstock.kill_container("process", application="-1-app")
    eventually(lambda: "container started again" in own_penstock.daemon_log(), "it was made again")
    assert {project.site().get().status for _ in range(6)} == {200}


def test_running_out_of_memory_is_said(project):
    eat = "python3 -c \"all = ['x' * 1048576 for _ in range(4096)]\""
    project.push(apps.probe())
    workers = {"queue": {"commands": {"pre_start": eat, "start": "exec sleep 1000"}}}
    pushed = project.push(apps.probe("two", workers=workers), check=False)
    assert "worker app--queue did not start" in pushed.err and "out of memory" in pushed.err, pushed.err
    assert project.site().get().text == "one"
