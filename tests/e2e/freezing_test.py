"""Artifacts: content-addressed, reproducible, reused, kept as long as they may be needed."""
import json

from support import apps
from support.command import run
from support.eventually import eventually

KEPT_DEPLOYMENTS = 10


def digests(penstock):
    """Of all artifacts, newest first."""
    return penstock.cli("artifact:list", "--pipe").out.split()


def push_new(penstock, project, version, **rest):
    """Pushes a version nobody has pushed before; returns the digest of its artifact."""
    before = digests(penstock)
    project.push(apps.probe(f"{version} of {project.id}", **rest))
    [digest] = [one for one in digests(penstock) if one not in before]
    return digest


def test_the_same_commit_built_twice_gives_the_same_digest(penstock, project, another_project):
    push_new(penstock, project, "one", hooks=apps.hooks(
        build="mkdir made\nseq 1000 > made/numbers\nln -s numbers made/link"))
    before = digests(penstock)
    another_project.repository.git("fetch", "-q", project.repository.path, "main")
    another_project.repository.git("reset", "-q", "--hard", "FETCH_HEAD")
    assert "Executing build hook" in another_project.push().err
    assert digests(penstock) == before


def test_a_revert_reuses_the_earlier_build(project):
    project.push(apps.probe("one", hooks=apps.hooks(build="echo building")))
    project.push(apps.probe("two", hooks=apps.hooks(build="echo building")))
    project.repository.git("revert", "--no-edit", "HEAD")
    said = project.push(None, "main").err
    assert "Reusing existing build for this tree ID" in said and "Executing build hook" not in said
    assert project.site().get().text == "one"


def test_another_branch_reuses_the_build(project):
    project.push(apps.probe("one"))
    said = project.push(None, "-o", "environment.status=active", "main:feature").err
    assert "Reusing existing build for this tree ID" in said
    assert project.site("feature").get().text == "one"


def test_what_the_build_does_not_see_never_rebuilds(project):
    project.push(apps.probe("one"))
    said = project.push(apps.probe("one", hooks=apps.hooks(deploy="true"), commands={"post_start": "true"})).err
    assert "Reusing existing build for this tree ID" in said


def test_a_variable_that_the_build_sees_rebuilds(project):
    project.push(apps.probe("one"))
    said = project.push(apps.probe("one", variables={"env": {"COLOUR": "green"}})).err
    assert "Reusing existing build" not in said


def test_an_artifact_is_listed_shown_and_verified(penstock, project):
    digest = push_new(penstock, project, "one")
    assert project.repository.head() in penstock.cli("artifact:show", digest).out
    penstock.cli("artifact:verify", digest)


def test_a_damaged_artifact_does_not_verify(penstock, project):
    digest = push_new(penstock, project, "damaged")
    file = penstock.artifact_file(digest)
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 0xFF]))
    assert penstock.cli("artifact:verify", digest, check=False).status != 0
    file.write_bytes(whole)
    penstock.cli("artifact:verify", digest)


def test_an_exported_artifact_is_an_image_that_skopeo_reads(penstock, project, tmp_path):
    digest = push_new(penstock, project, "exported")
    penstock.cli("artifact:export", digest, tmp_path / "image.tar")
    inspected = json.loads(run(["skopeo", "inspect", f"oci-archive:{tmp_path / 'image.tar'}"]).out)
    assert inspected["Layers"]
    run(["skopeo", "copy", "-q", f"oci-archive:{tmp_path / 'image.tar'}", f"dir:{tmp_path / 'copied'}"])


def test_old_artifacts_go_and_those_of_the_last_deployments_stay(own_penstock, tmp_path):
    """They are collected when penstockd starts, and every hour."""
    project = own_penstock.create_project("Old", tmp_path / "work")
    made = [push_new(own_penstock, project, f"version {number}") for number in range(KEPT_DEPLOYMENTS + 2)]
    own_penstock.stop_daemon()
    own_penstock.start_daemon()
    eventually(lambda: made[0] not in digests(own_penstock), "the oldest artifact is gone")
    assert set(made[-KEPT_DEPLOYMENTS:]) <= set(digests(own_penstock))
    assert not own_penstock.artifact_file(made[0]).exists()
    assert project.site().shows(f"version {KEPT_DEPLOYMENTS + 1}")
