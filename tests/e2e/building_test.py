"""The six stages of a build, in real containers."""
import base64
import json

import pytest

from support import apps
from support.eventually import eventually

BUILD_VARIABLES = {
    "CI", "PLATFORM_APP_DIR", "PLATFORM_APPLICATION", "PLATFORM_APPLICATION_NAME", "PLATFORM_CACHE_DIR",
    "PLATFORM_OUTPUT_DIR", "PLATFORM_PROJECT", "PLATFORM_PROJECT_ENTROPY", "PLATFORM_TREE_ID", "PLATFORM_VARIABLES",
    "PLATFORM_VENDOR",
}


def built(project, hook, **rest):
    """Pushes a probe with this build hook; returns what the server said."""
    return project.push(apps.probe(hooks=apps.hooks(build=hook), **rest)).err


def file_of(project, path):
    return project.site().get(f"/read?path={path}").json["done"]


NODE_APPLICATION = {
    ".upsun/config.yaml": apps.configuration({"app": apps.application("exec node server.js", type="nodejs:18")}),
    "package.json": json.dumps({"name": "a", "version": "1.0.0", "dependencies": {"is-odd": "3.0.1"}}),
    "server.js": "const odd = require('is-odd');\n"
                 "require('http').createServer((q, r) => r.end(`odd ${odd(3)}`)).listen(process.env.PORT);\n",
}


def test_npm_packages_come_from_the_registry(project):
    said = project.push(NODE_APPLICATION).err
    assert "added 2 packages" in said and "up to date" not in said
    assert project.site().get().text == "odd true"


def test_packages_in_the_repository_that_nothing_needs_are_pruned(project):
    stray = {"node_modules/stray/package.json": '{"name": "stray", "version": "1.0.0"}'}
    said = project.push({**NODE_APPLICATION, **stray}).err
    assert "removed 1 package" in said
    assert project.site().get().text == "odd true"


def test_dependencies_are_on_the_path_of_the_build_hook_and_of_the_application(project):
    said = built(project, "set -e\nsemver 1.2.3 | tee version", dependencies={"nodejs": {"semver": "7.5.4"}},
                 start="semver 2.3.4 > /tmp/semver; exec python3 probe.py", type="nodejs:18")
    assert "Installing build dependencies" in said and "semver" in said
    assert file_of(project, "/app/version").strip() == "1.2.3"


def test_the_build_hook_gets_exactly_the_build_variables(project):
    built(project, "env -0 > environment", variables={"env": {"COLOUR": "green"}})
    pairs = [entry.split("=", 1) for entry in file_of(project, "environment").split("\0") if entry]
    environment = dict(pairs)
    assert {name for name in environment if name.startswith("PLATFORM_") or name == "CI"} == BUILD_VARIABLES
    assert environment["PLATFORM_APP_DIR"] == "/app"
    assert environment["PLATFORM_APPLICATION_NAME"] == "app"
    assert environment["PLATFORM_PROJECT"] == project.id
    assert len(environment["PLATFORM_PROJECT_ENTROPY"]) == 56
    assert environment["SHELL"] == "/bin/dash"
    assert environment["COLOUR"] == "green"
    application = json.loads(base64.b64decode(environment["PLATFORM_APPLICATION"]))
    assert application["name"] == "app" and "commands" not in application.get("web", {})


def test_the_build_hook_runs_in_dash_in_the_application_directory_without_git(project):
    said = built(project, "set -e\npwd\nreadlink -f /proc/$$/exe\ntest ! -e .git && echo no git\nid -u")
    for expected in ("/app", "dash", "no git", "10000"):
        assert expected in said


def test_output_reaches_the_pusher_while_the_build_runs(project):
    push = project.start_push(apps.probe(hooks=apps.hooks(build="echo first; sleep 3; echo second")), "main")
    push.wait_for("first")
    assert "second" not in push.text
    assert push.finish().status == 0


def test_the_log_has_the_shapes_of_upsun(project):
    said = built(project, "echo hello; echo sorry >&2")
    for expected in ("Building application 'app' (runtime type: python:3.11, tree: ", "Executing build hook...",
                     "W: sorry", "Found 1 new commit"):
        assert expected in said, said


def test_the_cache_directory_persists_between_builds_and_branches(project):
    hook = 'echo x >> "$PLATFORM_CACHE_DIR/count"; wc -l < "$PLATFORM_CACHE_DIR/count" > count'
    built(project, hook)
    project.repository.git("checkout", "-q", "-b", "feature")
    project.push(apps.probe("two", hooks=apps.hooks(build=hook)), "-o", "environment.status=active", "feature")
    assert project.site("feature").get("/read?path=/app/count").json["done"].strip() == "2"


def test_the_temporary_directory_starts_empty(project):
    built(project, "touch /tmp/left")
    said = built(project, "test -e /tmp/left && echo found || echo clean", variables={"env": {"AGAIN": "yes"}})
    assert "clean" in said and "found" not in said


CONNECT = """python3 - <<'END'
import socket
for host, port in {targets!r}:
    try:
        socket.create_connection((host, port), timeout=2).close()
        print(f"reached {{host}}:{{port}}")
    except OSError as error:
        print(f"refused {{host}}:{{port}}")
END
ip route 2>/dev/null || true
"""


def test_a_build_reaches_no_port_of_the_host_and_no_other_application(penstock, project, another_project):
    another_project.push(apps.probe("other"))
    environment = another_project.site().get("/env").json
    other = another_project.site().get("/read?path=/etc/hosts").json["done"].split("\n")
    own = [line.split()[0] for line in other if line and not line.startswith(("127.", "::1", "fe00", "ff0"))]
    targets = [(address, port) for address in penstock.host_addresses()
               for port in (penstock.api_port, penstock.router_port)]
    targets += [(address, int(environment["PORT"])) for address in own]
    said = built(project, CONNECT.format(targets=targets))
    assert "refused" in said and "reached" not in said, said


def test_a_failed_build_hook_rejects_the_push_and_changes_nothing(project):
    project.push(apps.probe("one"))
    before = project.branch_head()
    pushed = project.push(apps.probe("two", hooks=apps.hooks(build="echo trying; exit 7")), "main", check=False)
    assert pushed.status != 0
    assert "E: Error building project: The build hook failed with status code 7" in pushed.err
    assert project.branch_head() == before
    assert project.site().get().text == "one"
    eventually(lambda: not list(project.penstock.build_containers()), "no build container is left")


def test_a_build_is_bounded_in_processes_and_memory(project):
    hook = """set -e
python3 - <<'END'
import os, signal
children = []
try:
    for _ in range(100000):
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
except OSError as error:
    print(f"stopped after {len(children)} processes")
for child in children:
    os.kill(child, signal.SIGKILL)
END
python3 -c 'b = bytearray(16 << 30); print(b[::4096].count(1))' || echo "memory was refused"
"""
    said = built(project, hook)
    assert "stopped after" in said and "memory was refused" in said


def test_a_build_can_be_cancelled_and_leaves_nothing(project):
    project.push(apps.probe("one"))
    push = project.start_push(apps.probe("two", hooks=apps.hooks(build="echo building; sleep 600")), "main")
    push.wait_for("building")
    running = project.activities("--incomplete")[0]
    project.cli("activity:cancel", running["id"])
    assert push.finish(60).status != 0
    eventually(lambda: not list(project.penstock.build_containers()), "no build container is left")
    assert project.activities()[0]["state"] == "cancelled"
    project.push(apps.probe("three"), "main")
    assert project.site().get().text == "three"


def test_a_pusher_who_interrupts_a_build_leaves_no_container(project):
    push = project.start_push(apps.probe("two", hooks=apps.hooks(build="echo building; sleep 600")), "main")
    push.wait_for("building")
    push.kill()
    running = project.activities("--incomplete")
    for activity in running:
        project.cli("activity:cancel", activity["id"], check=False)
    eventually(lambda: not list(project.penstock.build_containers()), "no build container is left", 60)


@pytest.mark.parametrize("type, check", [
    ("ruby:3.1", "ruby -v && bundle -v"), ("golang:1.19", "go version"), ("php:8.2", "php -v && composer --version"),
    ("nodejs:18", "node -v && npm -v"), ("python:3.11", "python3 -V && pip3 --version"),
])
def test_every_base_image_has_its_tools(project, type, check):
    said = project.push({
        ".upsun/config.yaml": apps.configuration({"app": {
            "type": type, "hooks": {"build": f"set -e\n{check}\necho all there\nexit 1"},
            "web": {"commands": {"start": "unused"}, "upstream": {"socket_family": "tcp", "protocol": "http"}}}}),
    }, "main", check=False).err
    assert "all there" in said, said


def test_a_go_program_is_compiled_by_the_build_hook(project):
    project.push({
        ".upsun/config.yaml": apps.configuration({"app": apps.application(
            "exec ./server", type="golang:1.19", hooks={"build": "set -e\ngo build -o server ."})}),
        "go.mod": "module server\n\ngo 1.19\n",
        "main.go": 'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n\t"os"\n)\n\nfunc main() {\n'
                   '\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "go") })\n'
                   '\thttp.ListenAndServe(":"+os.Getenv("PORT"), nil)\n}\n'})
    assert project.site().get().text == "go"
