import pytest

from support.instance import Instance


def pytest_addoption(parser):
    parser.addoption("--rounds", type=int, default=3, help="how often tests that kill at random moments do so")


@pytest.fixture(scope="session")
def penstock():
    """One Penstock for all tests that do not harm it."""
    with Instance() as instance:
        yield instance


@pytest.fixture
def own_penstock():
    """A Penstock of the test's own, to be killed at will."""
    with Instance() as instance:
        yield instance


@pytest.fixture
def project(penstock, tmp_path):
    yield from new_project(penstock, tmp_path / "project")


@pytest.fixture
def another_project(penstock, tmp_path):
    yield from new_project(penstock, tmp_path / "another")


def new_project(penstock, folder):
    made = penstock.create_project(folder.name, folder)
    yield made
    penstock.delete_project(made)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of the logs of the programs it used."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for instance in Instance.running:
            report.sections.append((f"logs of {instance.root}", instance.last_log_lines()))
