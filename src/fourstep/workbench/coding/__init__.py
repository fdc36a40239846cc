"""The coding of an episode: the codes as they stand, who decided what on which words and when, notes and undo."""
