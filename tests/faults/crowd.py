"""People who act at the same moment: real threads, one barrier, and what each was told."""

import threading
from collections.abc import Callable
from typing import Any

from engine.errors import QianfaError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Everything at once; for each call its answer, or the code of the refusal. Other errors are errors."""
    told: list[Any] = [None] * len(calls)
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            told[place] = call()
        except QianfaError as error:
            told[place] = error.code
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return told
