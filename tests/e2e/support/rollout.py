"""Many deployments in a row of an application that counts, under load."""
import pathlib

from support import apps
from support.eventually import eventually
from support.load import Load, Verdict

COUNTER = (pathlib.Path(__file__).parent.parent / "apps/counter/counter.py").read_text()


def counter():
    return {".upsun/config.yaml": apps.configuration({"app": apps.application("exec python3 counter.py", mounts=apps.STORAGE)}),
            "counter.py": COUNTER}


def deploy(project, strategy):
    """The head again, in new containers; returns the activity once it has ended."""
    began = project.penstock.api("POST", f"/projects/{project.id}/environments/main/deploy", {"strategy": strategy})
    path = f"/projects/{project.id}/activities/{began['_embedded']['activities'][0]['id']}"
    return eventually(lambda: ended(project.penstock.api("GET", path)), "the deployment has ended", 120)


def ended(activity):
    return activity if activity["state"] == "complete" else None


def roll_out(project, strategy, times, after_each=lambda number: None):
    """Deploys `times` times under load; returns what became of the requests. The counter is live before."""
    with Load(project.site()) as load:
        for number in range(times):
            activity = deploy(project, strategy)
            assert activity["result"] == "success", activity
            after_each(number)
    return Verdict(load, project.site().get("/seen").text.split())
