"""Plans: what a deploy would do, without doing it."""
import json

import pytest

from support import apps

CRONS = {"tidy": {"spec": "0 3 * * *", "commands": {"start": "true"}}}


@pytest.fixture
def live(project):
    project.push(apps.probe("one", mounts=apps.STORAGE, hooks=apps.hooks("true", "true", "true")))
    return project


def plan_of(project, *arguments):
    """As JSON, each section as a map of subject to (action, why)."""
    printed = project.cli("environment:deploy", "--dry-run", "--format", "json", *arguments, environment="main")
    return {name: {entry["subject"]: (entry["action"], entry["why"]) for entry in entries}
            for name, entries in json.loads(printed.out).items() if isinstance(entries, list) and name != "notes"}


def test_a_plan_of_what_is_live_already_reuses_and_skips(live):
    activities = len(live.activities())
    before = live.site().get("/pid").json
    plan = plan_of(live)
    assert plan["builds"] == {"app": ("reuse", "nothing that a build sees has changed")}
    assert plan["containers"] == {"app": ("restart", "nothing of it has changed")}
    assert plan["hooks"]["deploy of app"][0] == "skip" and plan["hooks"]["post_deploy of app"][0] == "run"
    assert live.site().get("/pid").json == before
    assert len(live.activities()) == activities, "a plan is no activity"


def test_a_pushed_plan_says_what_would_change_and_changes_nothing(live):
    head, before = live.branch_head(), live.site().get("/pid").json
    files = apps.probe("two", mounts={**apps.STORAGE, "cache": {"source": "tmp"}}, crons=CRONS,
                       hooks=apps.hooks("false", "true", "true"),
                       routes={"https://{default}/": {"type": "upstream", "upstream": "app:http"},
                               "https://www.{default}/": {"type": "redirect", "to": "https://{default}/"}})
    pushed = live.push(files, "-o", "plan", "main", check=False)
    assert pushed.status != 0 and "pre-receive hook declined" in pushed.err
    assert "This was a plan: nothing has changed" in pushed.err
    for line in ("build app: other files (tree ", "configuration (hooks, mounts)", "restart app: another artifact", "mount app at /app/cache",
                 "keep app at /app/data", "run deploy of app", "add tidy of app (0 3 * * *)", "snapshot all",
                 "hold GET, HEAD", "add http://www."):
        assert line in pushed.err, f"{line}\n{pushed.err}"
    assert live.branch_head() == head and live.site().get("/pid").json == before
    assert [a["type"] for a in live.activities()] == ["environment.push"]


def test_a_plan_names_variables_that_a_build_sees_and_not_their_values(live):
    live.cli("variable:create", "env:KEY", "--level", "project", "--value", "secret-value", "--visible-build", "true")
    printed = live.cli("environment:deploy", "--dry-run", environment="main")
    assert "build app: other variables (env:KEY)" in printed.out and "secret-value" not in printed.all
    assert "restart app: another artifact; other variables" in printed.out


def test_a_rolling_plan_holds_nothing(live):
    assert plan_of(live, "-s", "rolling")["requests"]["all"][0] == "serve"


def test_a_plan_of_an_invalid_configuration_says_what_is_wrong(live):
    pushed = live.push({".upsun/config.yaml": "applications: {app: {type: nodejs:1}}\n"}, "-o", "plan", "main", check=False)
    assert pushed.status != 0 and ".upsun/config.yaml" in pushed.err and "This was a plan" not in pushed.err


def test_a_plan_for_a_branch_without_an_environment_says_that_nothing_would_be_deployed(live):
    pushed = live.push(None, "-o", "plan", "main:feature", check=False)
    assert "it is inactive; its code would be stored, nothing built or deployed" in pushed.err
    active = live.push(None, "-o", "plan", "-o", "environment.status=active", "main:feature", check=False)
    assert "start app" in active.err and "reuse app: built before" in active.err
    assert live.branch_head("feature") is None and "feature" not in live.environments()


def test_manual_deployments_are_planned_as_what_is_staged(live):
    live.cli("environment:deploy:type", "manual", environment="main")
    pushed = live.push(apps.probe("two"), "-o", "plan", "main", check=False)
    assert "The push would build and be staged" in pushed.err
    assert live.push(None, "main").status == 0
    printed = live.cli("environment:deploy", "--dry-run", environment="main")
    assert "reuse app: built before" in printed.out and "This was a plan: nothing has changed." in printed.out
    assert live.site().get().text == "one"
