"""Services beside applications: made, kept, configured, reached."""
import json
import os
import signal

import pytest

from support import services
from support.eventually import eventually
from support.services import DATABASE, POSTGRESQL, ask, refused, sql

SEEN = "php sql.php database 'CREATE TABLE IF NOT EXISTS seen (id text)'"


def with_postgresql(version="one", deploy=SEEN, configuration=None, relationships=None, **rest):
    type_and_more = {"type": "postgresql:15", **({"configuration": configuration} if configuration else {})}
    return services.files({"db": type_and_more}, relationships or DATABASE, version, hooks={"deploy": deploy}, **rest)


def kill(penstock, service, who="process"):
    os.kill(services.service_record(penstock, service)[who]["pid"], signal.SIGKILL)


# PostgreSQL.

def test_an_application_finds_its_database(project):
    said = project.push(with_postgresql()).err
    assert "Opening service db" in said and "db (type: postgresql:15" in said
    assert project.site().post("/", "first").json == "one"
    assert sql(project, "SELECT id FROM seen") == [["first"]]
    [database] = project.site().get("/relationships").json["database"]
    assert database["scheme"] == "pgsql" and database["port"] == 5432 and database["path"] == "main"
    assert database["username"] == "main" and len(database["password"]) == 32 and database["rel"] == "postgresql"
    assert database["host"] == "database.internal" and database["service"] == "db" and database["type"] == "postgresql:15"
    assert database["query"] == {"is_master": True} and database["instance_ips"] == [database["ip"]]
    assert project.site().get("/environment/DATABASE_PASSWORD").json == database["password"]
    assert project.site().get("/environment/DATABASE_HOST").json == "database.internal"


def test_a_database_runs_on_through_deploys_and_keeps_its_rows(penstock, project):
    project.push(with_postgresql())
    project.site().post("/", "kept")
    before = services.service_record(penstock, "db")
    project.push(with_postgresql("two"))
    project.cli("environment:redeploy", "-y")
    assert services.service_record(penstock, "db") == before
    assert project.site().get().json == "two" and sql(project, "SELECT id FROM seen") == [["kept"]]


def test_a_failed_deploy_takes_back_what_it_did_to_the_database(project):
    project.push(with_postgresql())
    project.site().post("/", "kept")
    password = project.site().get("/environment/DATABASE_PASSWORD").json
    said = project.push(with_postgresql("two", "php sql.php database 'DROP TABLE seen'; exit 1")).err
    assert "Environment redeployment failed" in said
    assert project.site().get().json == "one" and sql(project, "SELECT id FROM seen") == [["kept"]]
    assert project.site().get("/environment/DATABASE_PASSWORD").json == password


def test_a_first_deploy_that_fails_leaves_no_service(penstock, project):
    assert "Environment redeployment failed" in project.push(with_postgresql(deploy="exit 1")).err
    assert not list(penstock.state.glob("containers/*-s-db"))
    project.push(with_postgresql())
    assert sql(project, "SELECT id FROM seen") == []


def test_a_database_that_is_killed_is_started_again(penstock, project):
    project.push(with_postgresql())
    project.site().post("/", "kept")
    kill(penstock, "db")
    eventually(lambda: project.site().post("/sql/database", "SELECT id FROM seen").json == [["kept"]], "it is back", 60)
    assert "-s-db took=" in penstock.daemon_log()


def test_a_deploy_that_starts_no_service_says_what_the_service_said(penstock, project):
    broken = with_postgresql(configuration={"extensions": ["nonsense"]})
    said = project.push(broken).err
    assert "Environment redeployment failed" in said and "nonsense" in said


def test_databases_endpoints_and_privileges(project):
    configuration = {
        "databases": ["main", "legacy"],
        "extensions": ["pg_trgm"],
        "endpoints": {"owner": {"default_database": "main", "privileges": {"main": "admin", "legacy": "admin"}},
                      "reader": {"default_database": "main", "privileges": {"main": "ro"}},
                      "writer": {"default_database": "main", "privileges": {"main": "rw"}}}}
    relationships = {"database": "db:owner", "reader": "db:reader", "writer": {"service": "db", "endpoint": "writer"}}
    project.push(with_postgresql(configuration=configuration, relationships=relationships))
    sql(project, "INSERT INTO seen VALUES ('a')")
    assert sql(project, "SELECT id FROM seen", "reader") == [["a"]]
    assert "permission denied" in refused(project, "INSERT INTO seen VALUES ('b')", "reader")
    sql(project, "INSERT INTO seen VALUES ('b')", "writer")
    assert "permission denied" in refused(project, "CREATE TABLE own (id text)", "writer")
    assert sql(project, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == [[1]]

    configuration["endpoints"]["reader"]["privileges"] = {"legacy": "ro"}
    configuration["endpoints"]["reader"]["default_database"] = "legacy"
    project.push(with_postgresql(configuration=configuration, relationships=relationships))
    sql(project, "SELECT 1", "reader")
    assert sql(project, "SELECT has_table_privilege('reader', 'seen', 'SELECT')") == [[False]]
    assert sql(project, "SELECT count(*) FROM seen") == [[2]]


def test_only_what_a_relationship_names_is_reachable(project):
    files = with_postgresql()
    document = json.loads(files[".upsun/config.yaml"])
    document["applications"]["other"] = services.application({})
    document["routes"] = {"https://{default}/": {"upstream": "app:http"}, "https://other.{default}/": {"upstream": "other:http"}}
    files[".upsun/config.yaml"] = json.dumps(document)
    project.push(files)
    address = project.site().get("/relationships").json["database"][0]["ip"]
    assert project.site().get(f"/reach/{address}:5432").json is True
    assert project.site().other_host("other").get(f"/reach/{address}:5432").json is False


def test_passwords_are_secret_and_of_one_environment(penstock, project):
    project.push(with_postgresql())
    project.push(None, "-o", "environment.status=active", "main:feature")
    password = project.site().get("/environment/DATABASE_PASSWORD").json
    assert project.site("feature").get("/environment/DATABASE_PASSWORD").json != password
    assert (penstock.state / "secrets.key").stat().st_mode & 0o777 == 0o600
    database = b"".join(file.read_bytes() for file in penstock.state.glob("penstock.db*"))
    assert password.encode() not in database
    assert password not in penstock.daemon_log()
    assert password not in project.log(project.last_activity("environment.push")["id"])


def test_rolling_keeps_services_and_is_refused_when_one_changes(penstock, project):
    project.push(with_postgresql())
    before = services.service_record(penstock, "db")
    assert project.push(with_postgresql("two"), "-o", "deploy.strategy=rolling", "main").status == 0
    assert project.site().get().json == "two" and services.service_record(penstock, "db") == before
    said = project.push(with_postgresql("three", configuration={"extensions": ["pg_trgm"]}), "-o", "deploy.strategy=rolling", "main",
                        check=False).err
    assert "Could not perform a rolling deployment" in said and "service db" in said
    assert project.site().get().json == "two"


def test_a_service_that_is_no_longer_named_stops(penstock, project):
    project.push(with_postgresql())
    project.push(services.files({}, {}, "two"))
    assert not list(penstock.state.glob("containers/*-s-db"))


@pytest.fixture
def live(own_penstock, tmp_path):
    """A project with a database on a Penstock that the test may kill."""
    project = own_penstock.create_project("Keeper", tmp_path / "work")
    project.push(with_postgresql())
    project.site().post("/", "kept")
    yield project
    own_penstock.ensure_running()
    own_penstock.delete_project(project)


def test_services_come_back_after_a_reboot(live):
    live.penstock.reboot()
    eventually(lambda: live.site().post("/sql/database", "SELECT id FROM seen").json == [["kept"]], "all is back", 60)


def test_a_service_killed_while_penstockd_is_away_is_started_again(live):
    live.penstock.kill_daemon()
    kill(live.penstock, "db")
    live.penstock.start_daemon()
    assert sql(live, "SELECT id FROM seen") == [["kept"]]


def test_a_service_runs_on_while_penstockd_is_away(live):
    before = services.service_record(live.penstock, "db")
    live.penstock.kill_daemon()
    assert sql(live, "SELECT id FROM seen") == [["kept"]]
    live.penstock.start_daemon()
    assert services.service_record(live.penstock, "db") == before


# The other types.

@pytest.mark.parametrize("type", ["mariadb:10.11", "mysql:10.11"])
def test_an_application_uses_mariadb(project, type):
    configuration = {
        "schemas": ["main", "legacy"],
        "endpoints": {"admin": {"default_schema": "main", "privileges": {"main": "admin", "legacy": "admin"}},
                      "reporter": {"default_schema": "main", "privileges": {"main": "ro"}}},
        "properties": {"max_allowed_packet": 32}}
    project.push(services.files({"db": {"type": type, "configuration": configuration}},
                                {"database": "db:admin", "reports": "db:reporter"}, hooks={"deploy": SEEN}))
    project.site().post("/", "first")
    assert sql(project, "SELECT id FROM seen", "reports") == [["first"]]
    assert "denied" in refused(project, "DELETE FROM seen", "reports")
    assert sql(project, "SELECT @@max_allowed_packet") == [[32 << 20]]
    [database] = project.site().get("/relationships").json["database"]
    assert database["scheme"] == "mysql" and database["path"] == "main" and database["rel"] == "admin"


def test_mariadb_takes_back_what_a_failed_deploy_did(project):
    mariadb = {"db": {"type": "mariadb:10.11"}}
    project.push(services.files(mariadb, DATABASE, hooks={"deploy": SEEN}))
    project.site().post("/", "kept")
    project.push(services.files(mariadb, DATABASE, "two", hooks={"deploy": "php sql.php database 'DROP TABLE seen'; exit 1"}))
    assert sql(project, "SELECT id FROM seen") == [["kept"]]
    [database] = project.site().get("/relationships").json["database"]
    assert database["username"] == "user" and database["path"] == "main"


def test_caches_and_what_becomes_of_them_when_they_restart(penstock, project):
    project.push(services.files(
        {"cache": {"type": "redis:7.0", "configuration": {"maxmemory_policy": "volatile-lru"}},
         "store": {"type": "redis-persistent:7.0"}, "memory": {"type": "memcached:1.6"}},
        {"cache": None, "store": None, "memory": "memory:memcached"}))
    assert "volatile-lru" in ask(project, "cache", "CONFIG GET maxmemory-policy\r\n")
    assert "STORED" in ask(project, "memory", "set key 0 0 5\r\nvalue\r\n")
    for relationship in ("cache", "store"):
        assert "+OK" in ask(project, relationship, "SET key value\r\n")
        kill(penstock, relationship)
    eventually(lambda: "value" in ask(project, "store", "GET key\r\n"), "the store is back with what it had", 60)
    eventually(lambda: "$-1" in ask(project, "cache", "GET key\r\n"), "the cache is back, empty", 60)
    [store] = project.site().get("/relationships").json["store"]
    assert store["scheme"] == "redis" and store["username"] is None and store["password"] is None


def test_messages_go_through_the_virtual_hosts_of_rabbitmq(penstock, project):
    app = {"type": "python:3.11", "relationships": {"queue": "queue:rabbitmq"}, "web": {"commands": {"start": "exec python3 messages.py"}}}
    rabbitmq = {"type": "rabbitmq:3.10", "configuration": {"vhosts": ["/", "orders"]}}
    document = {"applications": {"app": app}, "services": {"queue": rabbitmq}}
    project.push({".upsun/config.yaml": json.dumps(document), "messages.py": (services.APPS / "messages.py").read_text()})
    for virtual_host in ("%2F", "orders"):
        assert project.site().get(f"/{virtual_host}").text == "a message"
    assert project.site().get("/unknown").status == 500
    queue = json.loads(project.cli("relationships", "-P", "queue.0").out)
    assert queue["scheme"] == "amqp" and queue["username"] == "guest" and queue["password"] != "guest"
    kill(penstock, "queue")
    eventually(lambda: project.site().get("/orders").text == "a message", "the queue is back", 120)


VCL = """
sub vcl_recv {
    set req.backend_hint = app.backend();
}
sub vcl_deliver {
    set resp.http.X-Varnish-Was-Here = "yes";
}
"""


def test_varnish_stands_before_the_application_and_follows_its_releases(project):
    front = {"varnish": {"type": "varnish:7.1", "configuration": {"vcl": VCL}, "relationships": {"app": "app:http"}}}
    routes = {"https://{default}/": {"type": "upstream", "upstream": "varnish:http", "cache": {"enabled": False}}}

    def files(version):
        made = services.files(front, {}, version, routes)
        document = json.loads(made[".upsun/config.yaml"])
        document["applications"]["app"] = {
            "type": "python:3.11", "web": {"commands": {"start": f"mkdir -p /tmp/{version}; echo {version} > /tmp/{version}/index.html; "
                                                                 f"exec python3 -m http.server $PORT -d /tmp/{version}"}}}
        return {**made, ".upsun/config.yaml": json.dumps(document)}

    said = project.push(files("one")).err
    assert "is served by service `varnish`" in said
    answer = project.site().get()
    assert answer.text.strip() == "one" and answer.headers["X-Varnish-Was-Here"] == "yes"
    project.push(files("two"))
    eventually(lambda: project.site().shows("two", "/?fresh"), "Varnish asks the new release")

    front["varnish"]["configuration"]["vcl"] = "sub vcl_recv { nonsense; }"
    said = project.push(files("three")).err
    assert "Environment redeployment failed" in said and "nonsense" in said
    assert project.site().shows("two", "/?again")


def test_applications_share_a_network_storage(project):
    mount = {"shared": {"source": "service", "service": "files", "source_path": "common"}}
    write = "echo from $PLATFORM_APPLICATION_NAME > shared/$PLATFORM_APPLICATION_NAME"
    document = {
        "applications": {name: services.application({}, mounts=mount, hooks={"deploy": write}) for name in ("app", "other")},
        "services": {"files": {"type": "network-storage:1.0"}},
        "routes": {"https://{default}/": {"upstream": "app:http"}}}
    read = "<?php echo implode(' ', array_map('trim', array_map('file_get_contents', glob('/app/shared/*'))));"
    project.push({".upsun/config.yaml": json.dumps(document), "web/index.php": read})
    assert project.site().get().text == "from app from other"


# What the validator says.

@pytest.mark.parametrize("services_part, relationships, says", [
    ({"db": {"type": "postgresql:9.6"}}, {}, "unknown version 'postgresql:9.6' (available: postgresql:15)"),
    ({"db": {"type": "kafka:3.7"}}, {}, "not available in this version of Penstock yet"),
    ({"db": {"type": "postgres:15"}}, {}, "did you mean 'postgresql'?"),
    ({"db": {"type": "postgresql:15", "configuration": {"databases": ["main"], "endpoints": {"a": {"privileges": {"x": "ro"}}}}}}, {},
     "services.db.configuration.endpoints.a.privileges.x: it is not in 'databases'"),
    ({"db": {"type": "redis:7.0", "configuration": {"maxmemory_policy": "x"}}}, {}, "expected 'noeviction', 'allkeys-lru'"),
    ({"db": {"type": "postgresql:15", "configuration": {"endpoints": {"a": {"privileges": {"main": "ro"}}}}}}, {"db": None},
     "Relationship 'db' of application 'app' targets a service without a valid default endpoint configuration."),
    ({"v": {"type": "varnish:7.1", "relationships": {"app": "app:http"}}}, {"v": "v:http"},
     "depend on each other in a circle: app -> v -> app"),
])
def test_a_wrong_service_is_refused_before_anything_is_built(penstock, tmp_path, services_part, relationships, says):
    for name, text in services.files(services_part, relationships).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    checked = penstock.offline_cli("validate", cwd=tmp_path, check=False)
    assert checked.status == 1 and says in checked.all, checked.all


# What people and programs are told.

READER = """
const config = require('platformsh-config').config();
config.registerFormatter('dsn', (c) => `${c.scheme}://${c.username}@${c.host}:${c.port}/${c.path}`);
const http = require('http');
const all = {
  valid: config.isValidPlatform(), runtime: config.inRuntime(), build: config.inBuild(),
  credentials: config.credentials('database'), dsn: config.formattedCredentials('database', 'dsn'), routes: config.routes(),
  primary: config.getPrimaryRoute(), upstream: config.getUpstreamRoutes('app'), variables: config.variables(),
  variable: config.variable('colour', 'none'), application: config.application(), hasRelationship: config.hasRelationship('database'),
  name: config.applicationName, project: config.project, environment: config.environment, port: config.port, branch: config.branch,
};
http.createServer((request, response) => response.end(JSON.stringify(all))).listen(config.port);
"""


def test_the_config_reader_for_nodejs_reads_all_it_offers(project):
    document = {
        "applications": {"app": {"type": "nodejs:18", "relationships": DATABASE, "variables": {"d": {"x": 1}},
                                 "web": {"commands": {"start": "exec node reader.js"}}}},
        "services": POSTGRESQL}
    package = {"name": "reader", "version": "1.0.0", "private": True, "dependencies": {"platformsh-config": "2.4.1"}}
    project.cli("variable:create", "--level", "project", "--name", "colour", "--value", "blue")
    project.push({".upsun/config.yaml": json.dumps(document), "package.json": json.dumps(package), "reader.js": READER})
    read = project.site().get().json
    assert read["valid"] and read["runtime"] and not read["build"] and read["hasRelationship"]
    assert read["credentials"]["username"] == "main" and read["dsn"] == "pgsql://main@database.internal:5432/main"
    assert read["primary"]["upstream"] == "app" and len(read["routes"]) >= 1 and len(read["upstream"]) >= 1
    assert read["variable"] == "blue" and read["variables"]["d:x"] == 1
    assert read["name"] == "app" and read["project"] == project.id and read["branch"] == "main"
    assert read["application"]["relationships"] == {"database": "db:postgresql"}


def test_relationships_and_services_are_shown(project):
    project.push(with_postgresql())
    password = project.site().get("/environment/DATABASE_PASSWORD").json
    shown = project.cli("environment:relationships").out
    assert shown.startswith("database:\n    -\n") and f'password: "{password}"' in shown
    assert project.cli("rel", "-P", "database.0.password").out.strip() == password
    assert project.cli("relationships", "-P", "database.0.nothing", check=False).status != 0
    current = project.penstock.api("GET", f"/projects/{project.id}/environments/main/deployments/current")
    assert current["services"]["db"]["type"] == "postgresql:15"
    assert "database system is ready" in project.cli("environment:logs", "--app", "db").out
