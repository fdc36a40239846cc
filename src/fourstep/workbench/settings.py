"""Django settings, from the environment. docs/workbench-deploy.md lists what a site may set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
import wagtailnhsukfrontend
from csp.constants import NONCE, NONE, SELF

from fourstep.workbench.home import secret_key, setting, switched_on, workbench_directory

HERE = Path(__file__).parent

SECRET_KEY = secret_key()
DEBUG = False
HTTPS = switched_on("HTTPS")
ALLOWED_HOSTS = setting("HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "fourstep.workbench.people",
    "fourstep.workbench.trust",
    "fourstep.workbench.episodes",
    "fourstep.workbench.coding",
    "fourstep.workbench.queries",
    "fourstep.workbench.sending",
    "fourstep.workbench.api",
    "fourstep.workbench.policies",
    "fourstep.workbench.updates",
    "fourstep.workbench.audits",
    "fourstep.workbench.training",
    "fourstep.workbench.dashboards",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fourstep.workbench.people.gate.GateMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "fourstep.workbench.urls"
WSGI_APPLICATION = "fourstep.workbench.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "fourstep.workbench.people.gate.privileges_of_request",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(
        default=f"sqlite:///{workbench_directory() / 'workbench.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, and readers beside it; a transaction that will write waits at its start, not in its middle.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=30,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_FAILURE_LIMIT = int(setting("LOCK_OUT_AFTER", "5"))
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "people/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Fourstep"

SESSION_COOKIE_AGE = 60 * int(setting("SESSION_MINUTES", "30"))
SESSION_SAVE_EVERY_REQUEST = True  # the time-out counts from the last request
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [
    HERE / "static",
    ("nhsuk", Path(wagtailnhsukfrontend.__file__).parent / "static" / "wagtailnhsukfrontend"),
]
WHITENOISE_USE_FINDERS = True  # served from the packages themselves: nothing to collect
WHITENOISE_AUTOREFRESH = False

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if setting("MAIL_HOST") else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(workbench_directory() / "mail")
EMAIL_HOST = setting("MAIL_HOST", "localhost")
EMAIL_PORT = int(setting("MAIL_PORT", "25"))
EMAIL_HOST_USER = setting("MAIL_USER")
EMAIL_HOST_PASSWORD = setting("MAIL_PASSWORD")
EMAIL_USE_TLS = switched_on("MAIL_TLS")
DEFAULT_FROM_EMAIL = setting("MAIL_FROM", "clinical.coding@localhost")

# What is logged names requests, episodes by number and people by account: never a word of a record.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"fourstep.workbench": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
