"""A deploy is a transaction: whatever fails, and whoever dies, before its commit, all is as it was."""
import hashlib
import random

import pytest

from support import services
from support.load import Load, Verdict
from support.services import sql

DESTROY = """
php sql.php database "DELETE FROM seen"
php sql.php database "DROP TABLE seen"
echo broken > data/kept; rm -f data/folder/*; echo new > data/new
sleep 0.5
exit 1
"""
MAKE = """
php sql.php database "CREATE TABLE IF NOT EXISTS seen (id text)"
mkdir -p data/folder
for number in 1 2 3; do head -c 100000 /dev/urandom > data/folder/$number; done
echo kept > data/kept
"""
MOUNTS = {"data": {"source": "storage", "source_path": "data"}}


def files(version, deploy):
    return services.files(services.POSTGRESQL, services.DATABASE, version, hooks={"deploy": deploy}, mounts=MOUNTS)


@pytest.fixture
def live(own_penstock, tmp_path):
    project = own_penstock.create_project("Transaction", tmp_path / "work")
    project.set(hold="all")
    project.push(files("one", MAKE))
    yield project
    own_penstock.ensure_running()
    own_penstock.delete_project(project)


def bytes_of_mount(penstock):
    """Path to digest, of all that the application keeps."""
    [storage] = penstock.state.glob("volumes/*/live/storage")
    return {str(file.relative_to(storage)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in storage.rglob("*") if file.is_file()}


def seen(project):
    return [id for [id] in sql(project, "SELECT id FROM seen")]


def check(project, kept, load):
    """Nothing of the new version is left, all that was answered is there, and nobody was turned away."""
    verdict = Verdict(load, seen(project))
    posts = {one.id for one in load.sent if one.method == "POST"}
    lost = [one for one in verdict.lost if one.id in posts]
    assert not verdict.failed and not verdict.told_to_come_back and not verdict.doubled and not lost, str(verdict)
    assert {one.instance for one in load.sent} == {'"one"'}
    assert bytes_of_mount(project.penstock) == kept


def test_every_row_and_byte_survives_failures_and_kills_at_any_moment(live, request):
    kept = bytes_of_mount(live.penstock)
    live.site()
    for number in range(request.config.getoption("--rounds")):
        with Load(live.site(), per_second=40) as load:
            push = live.start_push(files(f"broken {number}", DESTROY), "--force", "main")
            with live.penstock.killed_after(random.uniform(0.1, 6)):
                push.finish(120)
            live.wait_until_idle()
        check(live, kept, load)


def test_what_fails_under_load_without_a_kill_costs_nothing_but_time(live):
    kept = bytes_of_mount(live.penstock)
    with Load(live.site(), per_second=40) as load:
        said = live.push(files("broken", DESTROY)).err
    assert "Environment redeployment failed" in said and "the previous release serves again" in said
    check(live, kept, load)
