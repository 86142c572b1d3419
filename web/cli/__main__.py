"""`python -m web.cli`: the command for who knows only the interpreter, as `qianfa serve` does when it starts its worker."""

from web.cli import main

main()
