"""After an update of index, standards or editions: what would change in open episodes, before it changes."""
