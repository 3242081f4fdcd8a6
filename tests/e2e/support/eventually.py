"""Waiting for what happens in another process, always with a deadline."""
import time

POLL_SECONDS = 0.02


class Late(AssertionError):
    pass


def eventually(check, what, seconds=20):
    """Returns the first true value of check(); an exception counts as not yet. Raises Late, naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        problem = None
        try:
            value = check()
            if value:
                return value
        except (OSError, AssertionError, LookupError, ValueError) as error:
            problem = error
        if time.monotonic() > deadline:
            raise Late(f"still not after {seconds} s: {what}" + (f" ({problem})" if problem else ""))
        time.sleep(POLL_SECONDS)
