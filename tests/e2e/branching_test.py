"""Environments that begin as copies of others, and what goes to and fro between them."""
import pytest

from support import apps
from support.eventually import eventually

HOOK = apps.hooks(deploy="echo deployed >> data/hooks")


@pytest.fixture
def shop(project):
    """A project that serves "one" with "one" in its storage."""
    project.push(apps.probe("one", mounts=apps.STORAGE, hooks=HOOK))
    write(project, "one")
    return project


def write(project, text, environment="main", file="note"):
    project.site(environment).get(f"/write?path=/app/data/{file}&text={text}")


def note(project, environment="main", file="note"):
    return project.site(environment).get(f"/read?path=/app/data/{file}").json.get("done")


def branch(project, name="feature", *arguments, parent="main", check=True):
    return project.cli("environment:branch", name, parent, *arguments, check=check)


def commit_on(project, name, files):
    """A commit on a branch of the working copy, pushed."""
    repository = project.repository
    repository.git("checkout", "-q", "-B", name)
    return project.push(files, name)


def test_a_branch_has_the_code_and_the_data_of_its_parent_and_keeps_them_apart(shop):
    branched = branch(shop, "feature", "--title", "A feature")
    for line in ["Creating branch refs/heads/feature from branch refs/heads/main", "Reusing existing build",
                 "Taking a temporary backup of the parent environment", "Creating environment feature, as a clone of main",
                 "Executing deploy hook for application app", "Deleting temporary backups (1)", "The activity succeeded"]:
        assert line in branched.err, branched.err
    assert shop.site("feature").get().text == "one"
    assert note(shop, "feature") == "one"
    assert shop.branch_head("feature") == shop.branch_head("main")
    assert shop.environments()["feature"]["title"] == "A feature"

    write(shop, "-changed", "feature")
    assert note(shop) == "one"
    write(shop, "-on")
    assert note(shop, "feature") == "one-changed"


def test_the_activity_and_the_record_of_a_branch_say_where_it_comes_from(shop):
    branch(shop)
    assert shop.last_activity("environment.branch")["description"].endswith("environment **Feature** from **Main**")
    record = shop.penstock.api("GET", f"/projects/{shop.id}/environments/feature")
    assert (record["parent"], record["type"], record["clone_parent_on_create"]) == ("main", "development", True)
    assert {"#branch", "#merge", "#synchronize", "#pause"} <= record["_links"].keys()


def test_a_branch_without_its_parents_data_begins_empty(shop):
    branch(shop, "feature", "--no-clone-parent", "--type", "staging")
    assert note(shop, "feature") is None
    assert shop.environments()["feature"]["type"].lower() == "staging"


@pytest.mark.parametrize("name, parent, reason", [
    ("main", "main", "there is one of that name"), ("a..b", "main", "as the name of a branch"),
    ("feature", "nowhere", "there is no environment nowhere"),
])
def test_what_cannot_be_branched_is_refused_and_nothing_changes(shop, name, parent, reason):
    refused = branch(shop, name, parent=parent, check=False)
    assert refused.status != 0 and reason in refused.err, str(refused)
    assert set(shop.environments()) == {"main"}


def test_a_push_that_activates_a_branch_brings_its_parents_data(shop):
    shop.push(None, "-o", "environment.status=active", "main:feature")
    assert note(shop, "feature") == "one"
    shop.push(None, "-o", "environment.status=active", "-o", "environment.clone_parent_on_create=False", "main:bare")
    assert note(shop, "bare") is None
    shop.push(None, "-o", "environment.status=active", "-o", "environment.parent=bare", "main:child")
    assert note(shop, "child") is None


def test_activating_again_clones_the_parents_data_again(shop):
    branch(shop)
    write(shop, "-of-the-branch", "feature")
    shop.cli("environment:deactivate", "-y", "feature")
    write(shop, "-later")
    shop.cli("environment:activate", "feature")
    assert note(shop, "feature") == "one-later"


def test_a_later_deployment_leaves_the_branchs_data_alone(shop):
    branch(shop)
    write(shop, "-later")
    shop.cli("environment:redeploy", environment="feature")
    commit_on(shop, "feature", apps.probe("two", mounts=apps.STORAGE, hooks=HOOK))
    assert shop.site("feature").get().text == "two"
    assert note(shop, "feature") == "one"


def test_synchronizing_data_replaces_what_the_branch_has(shop):
    branch(shop)
    write(shop, "-of-the-branch", "feature")
    write(shop, "-later")
    done = shop.cli("environment:synchronize", "-y", "data", environment="feature")
    assert "Redeploying environment feature, as a clone of main" in done.err
    assert note(shop, "feature") == "one-later"
    assert shop.last_activity("environment.synchronize")["description"].endswith("synchronized **Feature**'s **data** from **Main**")


def test_synchronizing_code_moves_a_branch_forward_and_no_further(shop):
    branch(shop)
    shop.push(apps.probe("two", mounts=apps.STORAGE, hooks=HOOK))
    shop.cli("environment:synchronize", "code", environment="feature")
    assert shop.site("feature").get().text == "two"
    assert shop.branch_head("feature") == shop.branch_head("main")
    commit_on(shop, "feature", {"notes": "of the branch"})
    shop.repository.git("checkout", "-q", "main")
    shop.push({"more": "of main"})
    refused = shop.cli("environment:synchronize", "code", environment="feature", check=False)
    assert refused.status == 1 and "it has commits that main has not" in refused.err
    shop.cli("environment:synchronize", "code", "--rebase", environment="feature")
    assert {"notes", "more"} <= set(shop.site("feature").get("/list?path=/app").json)


def test_code_and_data_are_synchronized_together_or_not_at_all(shop):
    branch(shop)
    write(shop, "-later")
    shop.push(apps.probe("two", mounts=apps.STORAGE, hooks=HOOK))
    shop.cli("environment:synchronize", "-y", "code", "data", environment="feature")
    assert (shop.site("feature").get().text, note(shop, "feature")) == ("two", "one-later")
    shop.push(apps.probe("three", mounts=apps.STORAGE, hooks=apps.hooks(
        deploy='echo changed >> data/note; test "$PLATFORM_BRANCH" = main')))
    failed = shop.cli("environment:synchronize", "-y", "code", "data", environment="feature", check=False)
    assert failed.status == 1
    assert (shop.site("feature").get().text, note(shop, "feature")) == ("two", "one-later")


def test_a_merge_deploys_the_parent_with_the_changes_of_both(shop):
    branch(shop)
    commit_on(shop, "feature", {"of-feature": "x"})
    shop.repository.git("checkout", "-q", "main")
    shop.push({"of-main": "x"})
    merged = shop.cli("environment:merge", "-y", "feature")
    assert "Redeploying environment main" in merged.err
    assert {"of-feature", "of-main"} <= set(shop.site().get("/list?path=/app").json)
    assert note(shop) == "one"
    assert shop.status("feature") == "active"
    assert shop.last_activity("environment.merge")["description"].endswith("merged **Feature** into **Main**")
    assert "has all of feature already" in shop.cli("environment:merge", "-y", "feature").err


def test_a_merge_with_a_conflict_names_the_files_and_changes_nothing(shop):
    branch(shop)
    commit_on(shop, "feature", {"file": "of feature"})
    shop.repository.git("checkout", "-q", "main")
    shop.push({"file": "of main"})
    head = shop.branch_head()
    refused = shop.cli("environment:merge", "-y", "feature", check=False)
    assert refused.status == 1 and "cannot merge: both changed file" in refused.err
    assert shop.branch_head() == head


def test_a_merge_that_does_not_build_leaves_the_parent_where_it_is(shop):
    branch(shop, "feature")
    shop.cli("environment:pause", "-y", environment="feature")
    shop.cli("environment:deactivate", "-y", "feature")
    commit_on(shop, "feature", apps.probe("two", mounts=apps.STORAGE, hooks=apps.hooks(build="exit 1")))
    head = shop.branch_head()
    refused = shop.cli("environment:merge", "-y", "feature", check=False)
    assert refused.status == 1 and "The build hook failed" in refused.err
    assert shop.branch_head() == head and shop.site().get().text == "one"


def test_a_paused_environment_keeps_its_data_until_it_is_resumed(shop):
    branch(shop)
    write(shop, "-of-the-branch", "feature")
    shop.cli("environment:pause", "-y", environment="feature")
    assert shop.status("feature") == "paused"
    assert shop.site("feature").get().status == 404
    shop.cli("environment:resume", environment="feature")
    assert note(shop, "feature") == "one-of-the-branch"


@pytest.mark.parametrize("wake", ["push", "redeploy"])
def test_a_push_and_a_redeploy_resume_what_is_paused(shop, wake):
    branch(shop)
    site = shop.site("feature")
    shop.cli("environment:pause", "-y", environment="feature")
    if wake == "push":
        commit_on(shop, "feature", {"notes": "x"})
    else:
        shop.cli("environment:redeploy", environment="feature")
    assert shop.status("feature") == "active"
    assert site.get().text == "one" and note(shop, "feature") == "one"


def test_production_is_not_paused_nor_an_environment_that_is_not_in_its_place(shop):
    for verb, name, reason in [("pause", "main", "it is production"), ("resume", "main", "it is active"),
                               ("deactivate", "main", "it is production")]:
        arguments = ["-y"] if verb == "pause" else ["-y", name] if verb == "deactivate" else []
        refused = shop.cli(f"environment:{verb}", *arguments, environment="main", check=False)
        assert refused.status == 1 and reason in refused.err, str(refused)
    refused = shop.cli("environment:synchronize", "-y", "data", environment="main", check=False)
    assert "has no parent" in refused.err


def test_children_of_a_deleted_environment_are_those_of_its_parent(shop):
    branch(shop, "feature")
    branch(shop, "child", "--no-clone-parent", parent="feature")
    shop.cli("environment:delete", "-y", "--delete-branch", "feature")
    assert shop.penstock.api("GET", f"/projects/{shop.id}/environments/child")["parent"] == "main"


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.2, 0.35, 0.5, 0.8])
def test_penstockd_killed_while_it_branches_finishes_or_undoes_it(own_penstock, tmp_path, seconds):
    project = own_penstock.create_project("Killed", tmp_path / "work")
    project.push(apps.probe("one", mounts=apps.STORAGE, hooks=HOOK))
    write(project, "one")
    with own_penstock.killed_after(seconds):
        branch(project, check=False)
    project.wait_until_idle()
    if project.branch_head("feature"):
        eventually(lambda: project.site("feature").shows("one"), "the branch is finished")
        assert note(project, "feature") == "one"
    else:
        assert set(project.environments()) == {"main"}
        branch(project)
    assert not list(own_penstock.state.glob("volumes/*/kept/*"))
    assert note(project) == "one"
