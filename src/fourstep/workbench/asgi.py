"""The workbench as an ASGI application: `uvicorn fourstep.workbench.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourstep.workbench.settings")
application = get_asgi_application()
