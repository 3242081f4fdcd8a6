"""Who may see an environment, and what search engines are told."""
import base64

from support.eventually import eventually


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_a_password_and_addresses_guard_an_environment_at_once_and_survive_a_deploy(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "static").commit("Static")
    project.push()
    site = project.site()
    assert site.get("/").status == 200

    project.cli("environment:http-access", "--auth", "ada:secret", "--wait", environment="main")
    asked = site.get("/")
    assert asked.status == 401 and asked.headers["WWW-Authenticate"].startswith("Basic ")
    assert site.get("/", headers=basic("ada", "wrong")).status == 401
    assert "Hello" in site.get("/", headers=basic("ada", "secret")).text
    assert "secret" not in project.cli("environment:http-access", environment="main").all

    project.cli("redeploy", "--wait", environment="main")
    assert site.get("/").status == 401

    project.cli("httpaccess", "--auth", "0", "--access", "deny:any", "--wait", environment="main")
    assert site.get("/").status == 403
    project.cli("httpaccess", "--enabled", "false", "--wait", environment="main")
    assert site.get("/").status == 200


def test_robots_are_kept_out_until_they_are_let_in(penstock, project):
    project.repository.copy(penstock.EXAMPLES / "static").commit("Static")
    project.push()
    assert project.site().get("/").headers["X-Robots-Tag"] == "noindex, nofollow"
    project.cli("environment:info", "restrict_robots", "false", environment="main")
    eventually(lambda: "X-Robots-Tag" not in project.site().get("/").headers, "robots are let in")
