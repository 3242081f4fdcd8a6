"""Builds in every way the tests need, runs all checks and tests, and counts. Started by tests/run."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The unit tests that run under sanitizers: what reads hostile input, and what many threads share.
SANITIZED = {
    "asan": ("base_test", "client_test", "config_test", "container_test", "git_test", "router_test", "store_test"),
    "tsan": ("base_test", "api_test", "router_test", "store_test"),
}
# Of fresh inputs for each fuzzer, beside its corpus.
FUZZ_SECONDS = 5
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1",
}


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.began = time.monotonic()

    def say(self, text):
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        print(f"[{minutes:2}:{seconds:02}] {text}", flush=True)

    def add(self, name, passed, failed):
        """`failed` names what failed."""
        self.passed += passed
        self.failed += [f"{name}: {what}" for what in failed]
        self.say(f"{name}: {passed} passed" + (f", {len(failed)} failed" if failed else ""))


def run(argv, **environment):
    """Runs quietly; returns (success, output)."""
    done = subprocess.run(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    return done.returncode == 0, done.stdout


def check(tally, name, argv):
    """One command that succeeds or fails as a whole."""
    good, output = run(argv)
    if not good:
        print(output)
    tally.add(name, int(good), [] if good else ["failed"])
    return good


def sources():
    listed = subprocess.run(["git", "ls-files", "*.h", "*.cc"], cwd=ROOT, capture_output=True, text=True)
    names = listed.stdout.split() if listed.returncode == 0 else [
        str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.suffix in (".h", ".cc")]
    return [name for name in names if not name.startswith("build/")]


def build(tally, preset, targets=()):
    """All, or the targets named. Shows how far it is at every tenth of the way."""
    configure = ["cmake", "--preset", preset, "-DBUILD_TESTING=ON"]
    if not check(tally, f"configure {preset}", configure):
        return False
    argv = ["cmake", "--build", "--preset", preset, *(["--target", *targets] if targets else [])]
    building = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                env={**os.environ, "NINJA_STATUS": "%p "})
    output, tenth = [], -1
    for line in building.stdout:
        output.append(line)
        progress = re.match(r" *(\d+)% ", line)
        if progress and int(progress[1]) // 10 > tenth:
            tenth = int(progress[1]) // 10
            tally.say(f"build {preset}: {tenth * 10} %")
    good = building.wait() == 0
    if not good:
        print("".join(output[-200:]))
    tally.add(f"build {preset}", int(good), [] if good else ["failed"])
    return good


def run_unit_tests(tally, preset):
    built = sorted((ROOT / f"build/{preset}/tests").glob("*_test"))
    for program in (program for program in built if program.name in SANITIZED.get(preset, [program.name])):
        with tempfile.NamedTemporaryFile(suffix=".xml") as report:
            good, output = run([program, "--reporter", "junit", "--out", report.name],
                               **(SANITIZER_OPTIONS if preset in SANITIZED else {}))
            passed, failed = read_junit(report.name)
        if not good:
            print(output)
            failed = failed or ["ended abnormally"]
        tally.add(f"unit tests, {preset}, {program.name}", passed, failed)


def read_junit(path):
    """How many passed, and the names of those that did not. A report that was cut short counts for nothing."""
    passed, failed = 0, []
    try:
        cases = ElementTree.parse(path).iter("testcase")
    except ElementTree.ParseError:
        return 0, []
    for case in cases:
        problems = [child for child in case if child.tag in ("failure", "error", "skipped")]
        if problems:
            failed.append(case.get("name"))
            print(f"{case.get('name')}:\n{''.join(problems[0].itertext())}")
        else:
            passed += 1
    return passed, failed


def run_fuzzers(tally):
    names = sorted(path.name for path in (ROOT / "tests/fuzz/corpus").iterdir())
    if build(tally, "fuzz", [f"{name}_fuzzer" for name in names]):
        for name in names:
            check(tally, f"fuzz {name}", ["tests/fuzz/run", str(FUZZ_SECONDS), name])


def run_end_to_end_tests(tally):
    """Each test is shown as it ends; one that is skipped counts as failed."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        argv = ["/usr/bin/python3", "-m", "pytest", "-v", "--tb=short", f"--junit-xml={report.name}", "tests/e2e"]
        status = subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
        passed, failed = read_junit(report.name)
    if status != 0 and not failed:
        failed = [f"pytest ended with status {status}"]
    tally.add("end-to-end tests", passed, failed)


def main():
    tally = Tally()
    check(tally, "layers", ["tests/layers"])
    check(tally, "format", ["clang-format", "--dry-run", "--Werror", *sources()])
    for preset in ("release", *SANITIZED):
        if build(tally, preset, SANITIZED.get(preset, ())):
            run_unit_tests(tally, preset)
    run_fuzzers(tally)
    run_end_to_end_tests(tally)
    for name in tally.failed:
        print(f"failed: {name}")
    print(f"{tally.passed} passed, {len(tally.failed)} failed")
    sys.exit(1 if tally.failed else 0)


main()
