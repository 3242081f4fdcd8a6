"""Applications with services beside them, for tests: apps/services does what its URL says. In hooks, sql.php runs a
statement: php sql.php RELATIONSHIP "STATEMENT"."""
import json
import pathlib

APPS = pathlib.Path(__file__).parent.parent / "apps/services"
INDEX = (APPS / "index.php").read_text()


def application(relationships, **rest):
    return {"type": "php:8.2", "relationships": relationships, "build": {"flavor": "none"},
            "web": {"locations": {"/": {"root": "web", "passthru": "/index.php"}}}, **rest}


def files(services, relationships, version="one", routes=None, **rest):
    """`services` as in a configuration, `relationships` of the one application; `rest` are further keys of that."""
    document = {"applications": {"app": application(relationships, **rest)}, "services": services}
    if routes is not None:
        document["routes"] = routes
    return {".upsun/config.yaml": json.dumps(document, indent=2) + "\n",
            "sql.php": (APPS / "sql.php").read_text(),
            "web/index.php": INDEX.replace("VERSION = 'one'", f"VERSION = '{version}'")}


POSTGRESQL = {"db": {"type": "postgresql:15"}}
DATABASE = {"database": {"service": "db"}}


def sql(project, statement, relationship="database", environment="main"):
    """The rows of a statement, each a list of texts."""
    answer = project.site(environment).post(f"/sql/{relationship}", statement)
    assert answer.status == 200, answer.text
    return answer.json


def refused(project, statement, relationship="database"):
    """What the service says against it."""
    answer = project.site().post(f"/sql/{relationship}", statement)
    assert answer.status == 500, answer.text
    return answer.json


def ask(project, relationship, message):
    answer = project.site().post(f"/ask/{relationship}", message)
    assert answer.status == 200, answer.text
    return answer.json


def service_record(penstock, service):
    """Of the one container that a service of this name has."""
    [record] = penstock.state.glob(f"containers/*-s-{service}/container.json")
    return json.loads(record.read_text())
