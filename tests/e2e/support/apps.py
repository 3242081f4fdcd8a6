"""Small applications for tests: a map of path to text each."""
import json
import pathlib

PROBE = (pathlib.Path(__file__).parent.parent / "apps/probe/probe.py").read_text()
TYPE = "python:3.11"


def configuration(applications, routes=None):
    """The text of .upsun/config.yaml; JSON is YAML."""
    document = {"applications": applications}
    if routes is not None:
        document["routes"] = routes
    return json.dumps(document, indent=2) + "\n"


def application(start="exec python3 probe.py", commands=None, **rest):
    """One application of a configuration; `rest` are further keys of it, such as hooks and mounts."""
    web = {"commands": {"start": start, **(commands or {})}, "locations": {"/": {"passthru": True}}}
    return {"type": TYPE, "web": web, **rest}


def probe(version="one", routes=None, **rest):
    """The files of an application that answers `version` at /, and does what its URL says elsewhere (probe.py)."""
    return {
        ".upsun/config.yaml": configuration({"app": application(**rest)}, routes),
        "probe.py": PROBE.replace('VERSION = "one"', f'VERSION = "{version}"'),
    }


def hooks(build=None, deploy=None, post_deploy=None):
    given = {"build": build, "deploy": deploy, "post_deploy": post_deploy}
    return {name: script for name, script in given.items() if script is not None}


STORAGE = {"data": {"source": "storage", "source_path": "data"}}
