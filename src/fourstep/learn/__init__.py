"""Learning from coders: what they made of the proposals becomes a local model of how sure to be, which a person can read."""
