"""Queries to clinicians, requests for missing documents, and the thread between coders on an episode."""
