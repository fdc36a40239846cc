"""The workbench's settings for tests: a data directory of their own, and passwords that hash quickly."""

from __future__ import annotations

import os
import tempfile

os.environ["FOURSTEP_HOME"] = tempfile.mkdtemp(prefix="fourstep-tests-")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # the browser's driver runs a loop in the thread of the tests

from fourstep.workbench.settings import *  # noqa: F403

# A file, as in use: one in memory would be a single connection that all threads of the server share.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['FOURSTEP_HOME']}/tests.sqlite3"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
