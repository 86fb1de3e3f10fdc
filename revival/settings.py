"""Settings of the tracker; every one a site may change is read from the environment.

The table in README.md lists them. `revival.database.connection.connect` set DATABASE_URL before this is read.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
import pghistory
import pgtrigger
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

# Lets admin classes name their model, as ModelAdmin[Record]; Django itself does so for querysets only.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def secret_key() -> str:
    """The signing key of this checkout, made once with mode 0600 and kept in var/secret_key."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        # O_EXCL: of two processes that start at once, one makes the key and both read it.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "revival",
    "revival.accounts",
    "revival.records",
    "revival.reporting",
    "revival.importing",
    "enterprises",
    "projects",
    "finance",
    "revival.publishing",
    "revival.evaluation",
    "revival.accounts.site.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "django_tables2",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "revival.accounts.middleware.no_store",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "revival.accounts.middleware.WhoAndWhere",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "revival.urls"
WSGI_APPLICATION = "revival.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "revival.context.site",
            ],
            "builtins": ["revival.punctuation", "revival.import_links"],
        },
    },
]

# Connections that the threads of one serving process share; 0 is none shared, for commands (one thread each) and
# behind a pooler such as pgbouncer. Django checks each that it hands out.
POOL_SIZE = env.int("POOL_SIZE", default=0)
POOL = {"min_size": 1, "max_size": POOL_SIZE, "timeout": env.int("POOL_SECONDS", default=8)}
DATABASES: dict[str, Any] = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres:///revival"),
        "CONN_MAX_AGE": 0 if POOL_SIZE else 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
if POOL_SIZE:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = POOL
# The longest a file may take to be read by the slowest reader; pages keep to the limits of the role.
EXPORT_SECONDS = env.int("EXPORT_SECONDS", default=600)
# The page on which the deletion of many records is confirmed posts the key of each; a list has 10,000 at the most.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_100
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History: one event per changed row, deletes included, written by statement triggers (a row trigger costs ten
# times as much in bulk). The context is kept on each event, so that no later statement can alter who did it.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
# Events are found by their record alone, so its key is their one index; more would double the cost of a write.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

AUTH_USER_MODEL = "accounts.Official"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
LOGIN_URL = "login"
CSRF_FAILURE_VIEW = "revival.accounts.views.expired"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Five wrong passwords lock the name for half an hour. Not the address: a whole office may share one.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=0)
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if AXES_IPWARE_PROXY_COUNT else ["REMOTE_ADDR"]
)
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # its stock pages would let the log of sign-ins be deleted
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # asks for the address among the lockout parameters; see above

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "revival" / "locale"]
FORMAT_MODULE_PATH = "revival.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

FIXTURE_DIRS = [BASE_DIR / "fixtures"]
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Set SECURE=1 where the site is served over TLS; the start on 127.0.0.1 has none.
SECURE = env.bool("SECURE", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and AXES_IPWARE_PROXY_COUNT else None
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one_line": {"()": "revival.serving.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "one_line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
