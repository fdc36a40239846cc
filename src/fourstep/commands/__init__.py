"""Command groups of the command line, one module each; heavy modules are imported inside the commands."""
