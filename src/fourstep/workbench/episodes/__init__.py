"""Episodes and their documents as they arrive, the queue that codes them in the background, and the worklist."""
