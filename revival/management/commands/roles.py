"""`manage.py roles`: rights of the serving role, and groups and permissions of the officials' roles.

The owner runs it after every migrate. A second run changes nothing. The serving role reads and writes records, but
only reads events: the history functions run with the owner's rights and a fixed search path. The function that lets a
session switch triggers off always answers no.
"""

import os
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.models import Model, Q
from pghistory.core import event_models
from psycopg import sql

from revival.accounts.roles import ROLES
from revival.records.models import Reviewed

# Rows that only migrations write, rows that only triggers write, and rows that are added and never change.
READ_ONLY = ("django_migrations", "pghistory_context")
APPEND_ONLY = ("accounts_export",)
IGNORE = sql.SQL(
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN "
    "LANGUAGE sql IMMUTABLE AS 'SELECT FALSE'"
)


class Command(BaseCommand):
    help = "Grant the serving role its rights and sync the officials' roles with their permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        serving = os.environ.get("DATABASE_SERVING_ROLE", "")
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (*history_statements(), IGNORE):
                cursor.execute(statement.as_string(cursor.connection))
            if serving and serving != connection.settings_dict["USER"]:
                for statement in grants(serving):
                    cursor.execute(statement.as_string(cursor.connection))
            sync_permissions()


def events() -> list[Any]:
    """The event models of all tracked models."""
    return list(event_models())


def history_statements() -> list[sql.Composable]:
    """Let the functions that write events run with the owner's rights, in every session.

    Nested loops are off in them. A session keeps the plan of its first change, of one row, for a later change of
    thousands: comparing each row with each took 12 s for 3,600 rows.
    """
    functions = {
        trigger.get_pgid(model.pgh_tracked_model)
        for model in events()
        for trigger in model.pgh_tracked_model._meta.triggers
        if getattr(trigger, "event_model", None)
    }
    return [
        sql.SQL(
            "ALTER FUNCTION {}() SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp "
            "SET enable_nestloop = off"
        ).format(sql.Identifier(name))
        for name in sorted(functions)
    ]


def grants(serving: str) -> list[sql.Composable]:
    """Grant read and write on every table. The tables in READ_ONLY and the events are only read."""
    role = sql.Identifier(serving)
    read_only = {model._meta.db_table for model in events()} | set(READ_ONLY)
    statements: list[sql.Composable] = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
    ]
    for table in sorted(connection.introspection.table_names()):
        rights = "SELECT" if table in read_only else "SELECT, INSERT, UPDATE, DELETE"
        rights = "SELECT, INSERT" if table in APPEND_ONLY else rights
        name = sql.Identifier(table)
        statements += [
            sql.SQL("REVOKE ALL ON {} FROM {}").format(name, role),
            sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), name, role),
        ]
    return statements


def reviewed_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if issubclass(model, Reviewed)]


def sync_permissions() -> None:
    """Create a group for each role, with exactly the permissions of its verbs."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)
    for name, _label, verbs, further in ROLES:
        wanted = Q(pk__in=())
        for model in reviewed_models():
            codenames = [get_permission_codename(verb, model._meta) for verb in verbs]
            wanted |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
        for permission in further:
            app_label, codename = permission.split(".")
            wanted |= Q(content_type__app_label=app_label, codename=codename)
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(wanted))
