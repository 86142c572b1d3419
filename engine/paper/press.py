"""Set one sheet, in a process of its own with limits: JSON comes in, the PDF goes out.

Run as a script. Once the fonts are in memory the process opens nothing any more, neither file nor connection: what a
template asks for that is not in its own text and data does not exist.
"""

import json
import resource
import sys
from datetime import datetime

CPU_SECONDS = 20
MEMORY = 2 << 30
WARM = b'#set text(font: "Noto Sans SC")\n\xe6\xb8\xa9*\xe6\xb8\xa9*'


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    asked = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[asked["fonts"]])
    here = {"root": asked["fonts"], "font_paths": fonts}
    typst.compile(WARM, format="pdf", **here)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    try:
        pdf = typst.compile(
            asked["source"].encode(),
            format="pdf",
            sys_inputs={"data": json.dumps(asked["data"])},
            timestamp=datetime.fromisoformat(asked["at"]),
            **here,
        )
    except typst.TypstError as error:
        print(error.message, *error.hints, sep="; ", file=sys.stderr)
        sys.exit(3)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
