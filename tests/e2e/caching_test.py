"""What the router keeps of answers, and how it compresses files."""
import subprocess

import pytest

from support import apps
from support.eventually import eventually

CACHED = {"https://{default}/": {"type": "upstream", "upstream": "app:http",
                                 "cache": {"enabled": True, "default_ttl": 600}}}
STYLE = "body { colour: green }\n" * 200


def cached(version, **rest):
    return apps.probe(version, routes=CACHED, **rest)


def result(answer):
    return answer.headers["X-Platform-Cache"]


def test_an_answer_is_kept_until_the_next_deploy(project):
    project.push(cached("one"))
    site = project.site()
    assert result(site.get("/page")) == "MISS"
    kept = site.get("/page")
    assert (result(kept), kept.text) == ("HIT", "one")
    assert result(site.get("/page", headers={"Cookie": "a=b"})) == "BYPASS"
    assert result(site.post("/page", b"x")) == "BYPASS"
    project.push(cached("two"))
    fresh = site.get("/page")
    assert (result(fresh), fresh.text) == ("MISS", "two")


def test_kept_answers_are_given_while_requests_are_held(project):
    waiting = {"deploy": "touch data/waits; until test -e data/go; do :; done"}
    project.push(cached("one", mounts=apps.STORAGE))
    project.set(enable_cache_grace_period=True)
    site = project.site()
    site.get("/page")
    push = project.start_push(cached("two", mounts=apps.STORAGE, hooks=waiting))
    data = project.penstock.state / "volumes"
    try:
        eventually(lambda: list(data.glob("*/live/storage/app/data/waits")), "the deploy waits", 60)
        kept = site.get("/page")
        assert (result(kept), kept.text) == ("HIT", "one")
    finally:
        for waits in data.glob("*/live/storage/app/data/waits"):
            (waits.parent / "go").touch()
        push.finish()
    assert site.get("/page").text == "two"


@pytest.fixture(scope="module")
def static(penstock, tmp_path_factory):
    project = penstock.create_project("Static", tmp_path_factory.mktemp("static"))
    web = {"commands": {"start": "exec python3 probe.py"},
           "locations": {"/": {"passthru": True},
                         "/static": {"root": "static", "expires": "1h"},
                         "/files": {"root": "files", "passthru": False, "scripts": False}}}
    mounts = {"files": {"source": "storage", "source_path": "files"}}
    files = apps.probe("one", routes=CACHED)
    files[".upsun/config.yaml"] = apps.configuration({"app": apps.application(web=web, mounts=mounts)}, CACHED)
    project.push({**files, "static/style.css": STYLE})
    yield project
    penstock.delete_project(project)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_files_are_compressed_for_who_takes_it(static, coding):
    site = static.site()
    answer = site.get("/static/style.css", headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.body) < len(STYLE) / 5
    command = ["curl", "-sS", "--compressed", "-H", f"Accept-Encoding: {coding}", "--connect-to",
               f"::127.0.0.1:{site.port}", f"http://{site.host}/static/style.css"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == STYLE
    assert site.get("/static/style.css").text == STYLE


def test_files_in_a_mount_are_served_and_links_are_not_followed(static):
    site = static.site()
    assert site.get("/write?path=/app/files/page.txt&text=written").json == {"done": "written"}
    served = site.get("/files/page.txt")
    assert (served.status, served.text) == (200, "written")
    [volume] = (static.penstock.state / "volumes").glob(f"*{static.id}*/live/storage/app/files")
    (volume / "link.txt").symlink_to("/etc/passwd")
    (volume / "page.php").write_text("<?php secret")
    assert site.get("/files/link.txt").status == 404
    static.cli("environment:redeploy", environment="main")
    assert site.get("/files/page.txt").text == "written"
