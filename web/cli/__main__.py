"""`python -m web.cli`: the command for who knows only the interpreter, as what starts the job worker does."""

from web.cli import main

main()
