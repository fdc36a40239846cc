"""The workbench as a WSGI application: `gunicorn fourstep.workbench.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourstep.workbench.settings")
application = get_wsgi_application()
