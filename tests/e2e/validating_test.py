"""What is wrong with a configuration is said before anything is built."""
import pytest

from support import apps
from support.command import run


def write_configuration(folder, text):
    (folder / ".upsun").mkdir(exist_ok=True)
    (folder / ".upsun/config.yaml").write_text(text)


SEVERAL_MISTAKES = """\
applications:
  app:
    type: nodejs:99
    hoks:
      build: make
    mounts:
      data:
        source: cupboard
    web:
      commands:
        start: node server.js
routes:
  "https://{default}/":
    type: upstream
    upstream: nobody:http
"""

EXPECTED_LINES = {3: "nodejs", 4: "hooks", 8: "storage", 15: "nobody"}


def lines_named(text):
    return {int(line.split(".upsun/config.yaml:")[1].split(":")[0]): line
            for line in text.splitlines() if ".upsun/config.yaml:" in line}


def test_an_invalid_push_is_rejected_with_every_mistake_and_its_line(project):
    project.push(apps.probe("one"))
    before = project.branch_head()
    pushed = project.push({".upsun/config.yaml": SEVERAL_MISTAKES}, "main", check=False)
    assert pushed.status != 0
    named = lines_named(pushed.err)
    for number, hint in EXPECTED_LINES.items():
        assert number in named and hint in named[number], f"line {number}, {hint}:\n{pushed.err}"
    assert project.branch_head() == before
    assert project.site().get().text == "one"


def test_an_unknown_version_lists_the_available_ones(project):
    pushed = project.push({".upsun/config.yaml": SEVERAL_MISTAKES}, "main", check=False)
    assert "18" in lines_named(pushed.err)[3]


def test_validate_works_offline_and_says_the_same(penstock, tmp_path):
    write_configuration(tmp_path, SEVERAL_MISTAKES)
    checked = penstock.offline_cli("validate", cwd=tmp_path, check=False)
    assert checked.status == 1
    assert set(EXPECTED_LINES) == set(lines_named(checked.all)), checked.all


def test_validate_accepts_every_example(penstock):
    for example in sorted(penstock.EXAMPLES.iterdir()):
        if example.is_dir():
            checked = penstock.offline_cli("validate", cwd=example, check=False)
            assert checked.status == 0, f"{example.name}: {checked}"


def test_validate_takes_a_folder(penstock, tmp_path):
    write_configuration(tmp_path, SEVERAL_MISTAKES)
    assert penstock.offline_cli("validate", tmp_path, check=False).status == 1


@pytest.mark.parametrize("text, expected", [
    ("applications: [", "config.yaml:"),
    ("applications:\n\tapp: 1\n", "config.yaml:2"),
    ("aplications: {}\n", "applications"),
    ("", "applications"),
])
def test_text_that_is_not_a_configuration_is_explained(penstock, tmp_path, text, expected):
    write_configuration(tmp_path, text)
    checked = penstock.offline_cli("validate", cwd=tmp_path, check=False)
    assert checked.status == 1 and expected in checked.all, checked.all


def test_a_push_without_configuration_says_what_is_missing(project):
    pushed = project.push({"README": "nothing to run\n"}, "main", check=False)
    assert pushed.status != 0 and ".upsun" in pushed.err
    assert project.branch_head() is None


@pytest.mark.parametrize("extra", [
    {"relationships": {"db": "db:kafka"}},
    {"firewall": {"outbound": [{"ports": [443], "ips": ["192.0.2.0/24"]}]}},
])
def test_a_valid_part_that_does_not_work_yet_is_an_error_that_says_so(penstock, tmp_path, extra):
    text = apps.configuration({"app": apps.application(**extra)})
    if "relationships" in extra:
        text = text.rstrip()[:-1] + ', "services": {"db": {"type": "kafka:3.7"}}}\n'
    write_configuration(tmp_path, text)
    checked = penstock.offline_cli("validate", cwd=tmp_path, check=False)
    assert checked.status == 1 and "yet" in checked.all, checked.all


def test_several_files_are_one_configuration(project):
    project.repository.write(apps.probe("one"))
    project.repository.write({
        ".upsun/routes.yaml": 'routes:\n  "https://{default}/":\n    type: upstream\n    upstream: app:http\n'
                              '  "https://old.{default}/":\n    type: redirect\n    to: "https://{default}/"\n'})
    project.repository.commit()
    project.push(None, "main")
    assert project.site().other_host("old").get().status == 301


def test_a_hostile_configuration_is_refused_quickly(penstock, tmp_path):
    """A thousand million laughs: every alias doubles ten times."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    write_configuration(tmp_path, "\n".join(lines) + "\n")
    checked = run([penstock.program("penstock"), "validate"], cwd=tmp_path, check=False, timeout=10)
    assert checked.status == 1
