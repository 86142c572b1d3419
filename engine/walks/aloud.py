"""The child process of a draft's proofs: live the stories of a folder, and say each as a line of JSON.

`python -m engine.walks.aloud FOLDER`: the first line says what there is, `{"stories": [...], "drawn": [...]}`, then
comes one for each story, `{"story": id, "failure": "" or why, "flows": [...]}`. A story that takes too long ends the
process.
"""

import resource
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from engine.procedures.package import load_package
from engine.walks.office import WalkOffice
from engine.walks.procedure import flows_of

STORY_SECONDS = 60
WHOLE_SECONDS = 600  # on the processor, for all stories
MEMORY_BYTES = 2 << 30
FILE_BYTES = 2 << 30


def main(folder: str) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)  # what looks at files in a process of its own sets limits too
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, most))
    resource.setrlimit(resource.RLIMIT_CPU, (WHOLE_SECONDS, WHOLE_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    package = load_package(folder)
    drawn = sorted(flows_of(package)[package.process])
    titles = [{"id": walk["id"], **walk["title"]} for walk in package.walks]
    say({"stories": titles, "drawn": drawn})
    with TemporaryDirectory(prefix="qianfa-prove-") as place:
        office = WalkOffice(Path(place))
        for walk in package.walks:
            signal.alarm(STORY_SECONDS)
            lived = office.live(package, walk)
            say({"story": walk["id"], "failure": lived.failure or "", "flows": sorted(lived.flows)})


def say(told: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(told).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
