"""What applications keep in their mounts, seen, fetched and put there from outside."""
import os

import pytest

from support import apps

MOUNTS = {"data": {"source": "storage", "source_path": "data"}, "cache": {"source": "tmp", "source_path": "cache"}}


@pytest.fixture
def shop(project):
    project.push(apps.probe("one", mounts=MOUNTS))
    return project


def on_server(project):
    """The directory of the mount "data"."""
    [path] = project.penstock.state.glob(f"volumes/{project.id}-main-*/live/storage/app/data")
    return path


def test_mounts_are_listed_with_what_they_take(shop):
    shop.site().get("/write?path=/app/data/note&text=" + "x" * 6000)
    assert {(row["path"], row["application"]) for row in shop.rows("mount:list", environment="main")} == {
        ("data", "app"), ("cache", "app")}
    sizes = {row["mounts"]: int(row["size"]) for row in shop.rows("mount:size", "-B", environment="main")}
    assert sizes["data"] >= 4096 and sizes["cache"] == 0
    assert shop.cli("mount:list", "--paths", environment="main").out.split() == ["cache", "data"]


def test_a_mount_is_downloaded_as_it_is(shop, tmp_path):
    shop.site().get("/write?path=/app/data/note&text=hello")
    shop.cli("mount:download", "-m", "data", "--target", tmp_path / "down", environment="main")
    assert (tmp_path / "down/note").read_text() == "hello"
    assert os.listdir(tmp_path / "down") == ["note"]


def test_an_upload_adds_to_a_mount_and_belongs_to_the_application(shop, tmp_path):
    shop.site().get("/write?path=/app/data/kept&text=kept")
    source = tmp_path / "up"
    (source / "folder").mkdir(parents=True)
    (source / "folder/file").write_text("uploaded")
    (source / "link").symlink_to("/etc/passwd")
    shop.cli("mount:upload", "-y", "-m", "data", "--source", source, environment="main")
    shop.site().get("/write?path=/app/data/folder/file&text=-and-changed")
    read = lambda name: shop.site().get(f"/read?path=/app/data/{name}").json["done"]
    assert (read("folder/file"), read("kept")) == ("uploaded-and-changed", "kept")
    assert (on_server(shop) / "folder/file").stat().st_uid == 10000


def test_links_that_an_application_made_lead_neither_an_upload_nor_a_download_out_of_its_volume(shop, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    os.symlink(outside, on_server(shop) / "escape")
    shop.cli("mount:download", "-m", "data", "--target", tmp_path / "down", environment="main")
    assert (tmp_path / "down/escape").is_symlink()
    source = tmp_path / "up"
    (source / "escape").mkdir(parents=True)
    (source / "escape/planted").write_text("planted")
    refused = shop.cli("mount:upload", "-y", "-m", "data", "--source", source, environment="main", check=False)
    assert refused.status == 1 and "it is no directory" in refused.err or "there is a file of that name" in refused.err
    assert os.listdir(outside) == ["secret"]


@pytest.mark.parametrize("arguments, reason", [
    (["-m", "nowhere"], "there is no mount nowhere"), ([], "which mount?"), (["-A", "other", "-m", "data"], "there is no mount data"),
])
def test_a_mount_that_is_not_there_is_named(shop, tmp_path, arguments, reason):
    refused = shop.cli("mount:download", *arguments, "--target", tmp_path / "down", environment="main", check=False)
    assert refused.status != 0 and reason in refused.err, str(refused)
