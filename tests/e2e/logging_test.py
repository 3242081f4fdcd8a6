"""What is written down of requests."""
import json

import pytest

from support import apps
from support.eventually import eventually
from support.instance import Instance


@pytest.fixture(scope="module")
def logged(penstock, tmp_path_factory):
    project = penstock.create_project("Logging", tmp_path_factory.mktemp("logging"))
    project.push(apps.probe("one"))
    yield project
    penstock.delete_project(project)


def shown(project):
    return project.cli("environment:logs", "access", environment="main").out


def test_the_access_log_of_an_environment_is_shown(logged):
    logged.site().get("/page?x=1", headers={"User-Agent": "a-visitor"})
    eventually(lambda: '"GET /page?x=1 HTTP/1.1" 200 3 "-" "a-visitor"' in shown(logged), "the request is in the log")


def test_an_application_sees_its_access_log_and_cannot_write_to_it(logged):
    logged.site().get("/seen-by-the-application")
    eventually(lambda: "/seen-by-the-application" in logged.site().get("/read?path=/var/log/access.log").json["done"],
               "the application sees the request")
    assert "error" in logged.site().get("/write?path=/var/log/access.log").json


def test_the_access_log_can_be_json(tmp_path):
    with Instance(access_log="json") as penstock:
        project = penstock.create_project("Logging", tmp_path / "work")
        project.push(apps.probe("one"))
        project.site().get("/as-json", headers={"X-Request-Id": "seven"})
        eventually(lambda: "/as-json" in shown(project), "the request is in the log")
        entry = json.loads(next(line for line in shown(project).splitlines() if "/as-json" in line))
        assert (entry["status"], entry["request_id"]) == (200, "seven")
        assert entry["upstream_s"] <= entry["duration_s"]


def test_there_is_no_other_log(logged):
    refused = logged.cli("environment:logs", "syslog", environment="main", check=False)
    assert refused.status != 0 and "expected app or access" in refused.err
