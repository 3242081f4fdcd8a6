"""Every example is pushed, looked at, changed, pushed again, and broken."""
import dataclasses

import pytest

from support.eventually import eventually


@dataclasses.dataclass
class Example:
    name: str
    shows: str          # on the front page
    file: str           # where that text is
    broken_file: str    # an edit of this one ...
    old: str            # ... from this ...
    new: str            # ... to this makes a push or its deploy fail
    page: str = "/"


EXAMPLES = [
    Example("static", "Hello from a static site", "public/index.html", ".upsun/config.yaml", "root: public", "rot: public"),
    Example("nodejs", "Hello from Node.js", "pages/index.md", "build.js", "require('marked')", "require('unmarked')"),
    Example("python", "Hello from Python", "app.py", "app.py", "import signal", "import signals"),
    Example("php", "Hello from PHP", "web/index.php", ".upsun/config.yaml", "root: web", "rot: web"),
    Example("two-apps", "Water finds its way", "backend/quotes.py", ".upsun/config.yaml", "service: backend", "service: bakend"),
    Example("nodejs-postgresql", "Hello from the guest book", "server.js", "migrate.js", "CREATE TABLE", "CREATE TABEL"),
    Example("php-mariadb-redis", "Hello from PHP, MariaDB and Redis", "web/index.php", "migrate.php", "CREATE TABLE IF", "CREATE TABEL IF"),
    Example("python-rabbitmq", "Hello from the job board", "web.py", "web.py", "import signal", "import signals"),
    Example("hooks-and-mounts", "no such page", "notes.py", "migrate.py", "CREATE TABLE notes", "CREATE TABEL notes", "/nowhere"),
]


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.name)
def example(request):
    return request.param


def text_of(project, example):
    return project.site().get(example.page).text


def change(project, example, old, new):
    project.repository.replace(example.file, old, new).commit("Say something else")


def test_an_example_goes_live_changes_and_survives_being_broken(penstock, project, example):
    repository = project.repository.copy(penstock.EXAMPLES / example.name)
    repository.commit(f"The {example.name} example")
    project.push()
    eventually(lambda: example.shows in text_of(project, example), f"{example.name} shows {example.shows!r}")

    changed = example.shows.replace("Hello", "Goodbye").replace("Water", "Time").replace("no such", "not a")
    repository.replace(example.file, example.shows, changed).commit("Say something else")
    project.push()
    assert changed in text_of(project, example)

    repository.replace(example.broken_file, example.old, example.new)
    if example.name == "hooks-and-mounts":
        repository.replace("migrate.py", "MIGRATIONS = [", 'MIGRATIONS = [\n    "SELECT 1",')
    repository.commit("Break it")
    refused = project.push(check=False)
    assert refused.status != 0 or "Environment redeployment failed" in refused.err
    assert changed in text_of(project, example)


def test_the_static_example_has_its_assets_and_their_headers(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "static").commit("Static")
    project.push()
    page = project.site().get("/")
    assert page.headers["Content-Type"].startswith("text/html") and page.headers["Cache-Control"] == "max-age=300"
    style = project.site().get("/assets/style.css")
    assert style.headers["Content-Type"].startswith("text/css") and style.headers["X-Asset"] == "yes"
    assert style.headers["Cache-Control"] == "max-age=2592000"
    assert project.site().get("/nothing").status == 404
    assert project.site().get("/../.upsun/config.yaml").status in (400, 404)


def test_the_node_example_renders_its_pages_with_a_package_from_npm(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "nodejs").commit("Node")
    said = project.push().err
    assert "rendered pages/about.md" in said
    assert "<code>marked</code>" in project.site().get("/about").text
    assert project.site().get("/assets/style.css").status == 200


def test_one_of_two_applications_changes_and_the_other_is_not_rebuilt(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "two-apps").commit("Two")
    project.push()
    project.repository.replace("backend/quotes.py", "Water", "Ink").commit("Ink")
    assert project.push().err.count("Reusing existing build for this tree ID") == 1
    assert project.site().other_host("www").get().status == 301


def test_the_notebook_keeps_its_notes_through_deploys_and_failures(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "hooks-and-mounts").commit("Notes")
    said = project.push().err
    assert "deploy: migration 1 done" in said and "post_deploy: 0 notes are kept" in said
    assert project.site().post("/notes", "text=Buy+milk").json == ["Buy milk"]

    good = project.repository.head()
    project.repository.replace("migrate.py", "MIGRATIONS = [", 'MIGRATIONS = [\n    "SELECT 1",\n    "DROP TABLE notes",')
    project.repository.replace("migrate.py", "        migrate(database)",
                               "        migrate(database)\n        database.execute('DROP TABLE notes')\n"
                               "        database.commit()\n        sys.exit('no')")
    project.repository.commit("A migration that destroys and fails")
    assert "Environment redeployment failed" in project.push().err
    assert project.site().get("/notes").json == ["Buy milk"]

    project.repository.git("revert", "--no-edit", f"{good}..HEAD")
    project.push()
    assert project.site().get("/notes").json == ["Buy milk"]


def test_the_php_example_runs_scripts_serves_files_and_logs_errors(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "php").commit("PHP")
    project.push()
    site = project.site()
    assert "You asked for /no/such/page" in site.get("/no/such/page").text
    about = site.get("/about.php/more?x=y")
    assert about.text == "fpm-fcgi at /run/app/app.sock runs /about.php with /more\n"
    assert "Disallow" in site.get("/robots.txt").text
    assert "<?php" not in site.get("/about.php.").text + site.get("/ABOUT.PHP").text
    eventually(lambda: "somebody asked what this is" in project.cli("environment:logs").all,
               "PHP's error_log() is in the application's log")

    project.push({"php.ini": "memory_limit = 99M\n", "web/limit.php": "<?= ini_get('memory_limit');"})
    assert site.get("/limit.php").text == "99M"


def test_the_guest_book_keeps_its_entries_when_a_migration_fails(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "nodejs-postgresql").commit("Guest book")
    assert "migration 002-search.sql done" in project.push().err
    assert project.site().post("/", "Ada was here").json["entries"] == ["Ada was here"]

    failed = project.push({"migrations/003-oops.sql": "DROP TABLE entries; SELECT nonsense;"})
    assert "migration failed" in failed.err and "Environment redeployment failed" in failed.err
    assert project.site().get("/?q=ada").json["entries"] == ["Ada was here"]

    project.push({"migrations/003-oops.sql": "ALTER TABLE entries ADD COLUMN colour text;"})
    assert project.site().get().json["entries"] == ["Ada was here"]


def test_the_php_shop_counts_on_and_its_cache_answers(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "php-mariadb-redis").commit("PHP")
    assert "migration 2 done" in project.push().err
    first = project.site().get("/page").json
    second = project.site().get("/page").json
    assert (first["visits"], second["visits"]) == (1, 2) and first["text"] == second["text"]

    project.repository.replace("migrate.php", "$database = database();",
                               "$database = database();\n$database->exec('DROP TABLE visits');\nexit(1);").commit("Destroy")
    assert "Environment redeployment failed" in project.push().err
    assert project.site().get("/page").json["visits"] == 3


def test_a_worker_does_what_the_web_part_hands_over_and_a_cron_tidies_up(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "python-rabbitmq").commit("Jobs")
    project.push()
    assert project.site().post("/", "make it so").status == 202
    eventually(lambda: project.site().get().json["done"] == ["MAKE IT SO"], "the worker has done it", 60)
    eventually(lambda: project.activities("--type", "environment.cron"), "the cron has run", 120)

    project.repository.replace("web.py", "import signal", "import signals").commit("Break it")
    assert "Environment redeployment failed" in project.push().err
    assert project.site().post("/", "go on").status == 202
    eventually(lambda: project.site().get().json["done"] == ["GO ON", "MAKE IT SO"], "the worker goes on", 60)
