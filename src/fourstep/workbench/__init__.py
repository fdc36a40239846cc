"""The coding department's place of work, in the browser: a Django project that proposes with the engine and lets people decide.

Each folder is a Django application for one part of the work. `actions.py` modules are the only writers: each writes
its line of the access log in the same transaction. Presenters shape what a page shows. Views are refused unless they
say who may use them (`people/gate.py`).
"""
