"""Trust: who viewed and changed what, in a log that can only grow, and the commands that prove it."""
