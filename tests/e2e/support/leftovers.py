"""What an instance of Penstock has made in the kernel, found by its directory and its name prefix."""
import json
import os
import pathlib

from support.command import run

CGROUPS = pathlib.Path("/sys/fs/cgroup")


def find(root, prefix):
    """A list of sentences; empty when nothing is left."""
    return [*processes(root), *mounts(root), *links(prefix), *loop_devices(root), *cgroups(prefix), *tables(prefix)]


def processes(root):
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
        if str(root) in words:
            yield f"process {entry.name}: {words}"


def mounts(root):
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        target = line.split()[4]
        if target.startswith(f"{root}/"):
            yield f"mount {target}"


def links(prefix):
    for link in json.loads(run(["ip", "-json", "link"]).out):
        if link["ifname"].startswith(f"{prefix}-"):
            yield f"network link {link['ifname']}"


def loop_devices(root):
    listed = run(["losetup", "--json", "--list"]).out
    for device in json.loads(listed)["loopdevices"] if listed.strip() else []:
        if (device["back-file"] or "").startswith(f"{root}/"):
            yield f"loop device {device['name']} of {device['back-file']}"


def cgroups(prefix):
    for folder, names, _ in os.walk(CGROUPS):
        for name in names:
            if name == f"penstock-{prefix}":
                yield f"cgroup {folder}/{name}"


def tables(prefix):
    for entry in json.loads(run(["nft", "--json", "list", "tables"]).out)["nftables"]:
        name = entry.get("table", {}).get("name", "")
        if name == f"penstock_{prefix}":
            yield f"nft table {name}"
