"""Practice on the shipped records, papers, the glossary, and the log of what a coder has reached."""
