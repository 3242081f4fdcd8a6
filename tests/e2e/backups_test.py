"""Backups: an environment as it once was, kept, restored, expired."""
import pytest

from support import apps
from support.eventually import eventually
from support.instance import Instance


@pytest.fixture
def own_penstock_that_keeps_little():
    with Instance(kept_deployments=1) as instance:
        yield instance


@pytest.fixture
def shop(project):
    """A project that serves "one" with "one" in its storage."""
    project.push(apps.probe("one", mounts=apps.STORAGE))
    write(project, "one")
    return project


def write(project, text, environment="main"):
    project.site(environment).get(f"/write?path=/app/data/note&text={text}")


def note(project, environment="main"):
    return project.site(environment).get("/read?path=/app/data/note").json.get("done")


def back_up(project, *arguments, environment="main"):
    """Its id."""
    project.cli("backup:create", *arguments, environment=environment)
    return project.rows("backup:list", environment=environment)[0]["id"]


def restore(project, backup, *arguments, check=True):
    return project.cli("backup:restore", "-y", backup, *arguments, environment="main", check=check)


def test_a_backup_brings_data_and_code_back_without_a_build(shop):
    backup = back_up(shop)
    head = shop.push(apps.probe("two", mounts=apps.STORAGE)) and shop.branch_head()
    write(shop, "-and-more")
    restored = restore(shop, backup)
    assert "Building application" not in restored.err
    assert f"Redeploying environment main, as a clone of backup {backup}" in restored.err
    assert (shop.site().get().text, note(shop)) == ("one", "one")
    assert shop.branch_head() == head
    assert shop.last_activity("environment.restore")["result"] == "success"


def test_a_backup_can_be_restored_again_and_the_data_alone(shop):
    backup = back_up(shop)
    shop.push(apps.probe("two", mounts=apps.STORAGE))
    for _ in range(2):
        write(shop, "-and-more")
        restore(shop, backup, "--no-code")
        assert (shop.site().get().text, note(shop)) == ("two", "one")


def test_a_backup_is_restored_to_another_environment_which_is_made_when_there_is_none(shop):
    backup = back_up(shop)
    write(shop, "-and-more")
    restore(shop, backup, "--target", "copy")
    assert (shop.site("copy").get().text, note(shop, "copy")) == ("one", "one")
    assert note(shop) == "one-and-more"
    write(shop, "-of-the-copy", "copy")
    restore(shop, backup, "--target", "copy")
    assert note(shop, "copy") == "one"


def test_no_request_fails_while_a_backup_is_taken(shop):
    for arguments in [[], ["--live"]]:
        back_up(shop, *arguments)
        assert shop.site().get().text == "one"
    live, held = shop.rows("backup:list", environment="main")
    assert (live["live"], held["live"]) == ("Yes", "No")


def test_a_backup_says_what_it_is_and_is_gone_when_deleted(shop):
    backup = back_up(shop)
    shown = shop.penstock.api("GET", f"/projects/{shop.id}/environments/main/backups/{backup}")
    assert shown["commit_id"] == shop.branch_head() and len(backup) == 26
    assert (shown["safe"], shown["automated"], shown["restorable"]) == (True, False, True)
    assert shop.cli("backup:get", backup, "-P", "id", environment="main").out.strip() == backup
    shop.cli("backup:delete", "-y", backup, environment="main")
    refused = restore(shop, backup, check=False)
    assert refused.status == 1 and f"there is no backup {backup}" in refused.err
    assert not list(shop.penstock.state.glob(f"volumes/*/kept/{backup}"))


def test_a_backup_keeps_the_artifacts_it_needs(own_penstock_that_keeps_little, tmp_path):
    penstock = own_penstock_that_keeps_little
    project = penstock.create_project("Kept", tmp_path / "work")
    project.push(apps.probe("one", mounts=apps.STORAGE))
    backup = back_up(project)
    for version in ["two", "three", "four"]:
        project.push(apps.probe(version, mounts=apps.STORAGE))
    assert "Building application" not in restore(project, backup).err
    assert project.site().get().text == "one"


def test_backups_outlive_the_environments_data_but_not_the_environment(shop):
    shop.cli("environment:branch", "feature", "main")
    write(shop, "-of-the-branch", "feature")
    backup = back_up(shop, environment="feature")
    shop.cli("environment:deactivate", "-y", "feature")
    shop.cli("backup:restore", "-y", backup, environment="feature")
    assert note(shop, "feature") == "one-of-the-branch"
    shop.cli("environment:delete", "-y", "--delete-branch", "feature")
    eventually(lambda: not list(shop.penstock.state.glob(f"volumes/*/kept/{backup}")), "its data is gone")


def test_what_is_not_deployed_cannot_be_backed_up(shop):
    shop.push(None, "main:bare")
    refused = shop.cli("backup:create", environment="bare", check=False)
    assert refused.status == 1 and "nothing is deployed" in refused.err


def test_a_backup_goes_to_another_server_as_a_file_without_secrets(own_penstock, shop, tmp_path):
    shop.cli("variable:create", "env:OPEN", "--level", "environment", "--value", "seen", "--visible-runtime", "true",
             environment="main")
    shop.cli("variable:create", "env:SECRET", "--level", "environment", "--value", "unheard-of", "--sensitive", "true",
             environment="main")
    back_up(shop)
    exported = tmp_path / "shop.backup"
    shop.cli("backup:export", exported, environment="main")
    assert b"unheard-of" not in exported.read_bytes()

    other = own_penstock.create_project("Other", tmp_path / "other")
    other.push(apps.probe("other", mounts=apps.STORAGE))
    other.cli("backup:import", exported, environment="main")
    [imported] = other.rows("backup:list", environment="main")
    other.cli("backup:restore", "-y", imported["id"], environment="main")
    assert (other.site().get().text, note(other)) == ("one", "one")
    assert other.site().get("/env").json["OPEN"] == "seen"
    write(other, "-on-the-other", "main")
    assert note(shop) == "one"


@pytest.mark.parametrize("kind", ["empty", "no archive", "cut short"])
def test_a_file_that_is_no_backup_is_refused_and_leaves_nothing(shop, tmp_path, kind):
    file = tmp_path / "file"
    backup = back_up(shop)
    shop.cli("backup:export", file, environment="main")
    file.write_bytes({"empty": b"", "no archive": b"no archive", "cut short": file.read_bytes()[:-3000]}[kind])
    refused = shop.cli("backup:import", file, environment="main", check=False)
    assert refused.status == 1
    kept = lambda: [path.name for path in shop.penstock.state.glob(f"volumes/{shop.id}-*/kept/*")]
    eventually(lambda: kept() == [backup], "what was unpacked is gone")
    assert [row["id"] for row in shop.rows("backup:list", environment="main")] == [backup]


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.15, 0.3])
def test_penstockd_killed_while_it_restores_has_all_of_it_or_nothing(own_penstock, tmp_path, seconds):
    project = own_penstock.create_project("Killed", tmp_path / "work")
    project.push(apps.probe("one", mounts=apps.STORAGE))
    write(project, "one")
    backup = back_up(project)
    project.push(apps.probe("two", mounts=apps.STORAGE))
    write(project, "-and-more")
    with own_penstock.killed_after(seconds):
        restore(project, backup, check=False)
    project.wait_until_idle()
    assert (project.site().get().text, note(project)) in [("one", "one"), ("two", "one-and-more")]
    restore(project, backup)
    assert (project.site().get().text, note(project)) == ("one", "one")
