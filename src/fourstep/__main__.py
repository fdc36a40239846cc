"""`python -m fourstep`: the command line."""

from fourstep.cli import main

main()
