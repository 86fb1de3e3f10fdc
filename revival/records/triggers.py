"""What the database itself does for every record, whichever path a change comes by.

Each model has one row trigger before each change. It sets the city from the region, counts the version and names the
official who acts. It refuses a region outside their scope, an illegal step of review and a change of the primary key.
It costs two look-ups a row, of the places and of the periods; the constraints of the model do the rest.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pgtrigger
from django.db import models

from revival.accounts.spelling import SpellingField

# The old state, the new state, and the verb that the step needs.
STEPS = (
    ("draft", "submitted", "submit"),
    ("returned", "submitted", "submit"),
    ("submitted", "draft", "submit"),
    ("submitted", "verified", "verify"),
    ("submitted", "returned", "verify"),
)

GUARD = """
    acting := (NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), '')::jsonb ->> 'user')::bigint;
    IF acting IS NOT NULL AND TG_OP <> 'INSERT' AND NOT {old_in_scope} THEN
        RAISE EXCEPTION 'region % is outside the scope of official %', OLD.region_id, acting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_in_scope';
    END IF;
    IF TG_OP = 'DELETE' THEN
        {old_in_open_period}
        RETURN OLD;
    END IF;
    {follow}
    {follow_verified}
    SELECT r.city_id, own.level = 'province' OR own.code IN (r.code, r.county_id, r.city_id) INTO NEW.city_id, held
        FROM accounts_region r
        LEFT JOIN accounts_official o ON o.id = acting
        LEFT JOIN accounts_region own ON own.code = o.region_id
        WHERE r.code = NEW.region_id;
    IF acting IS NOT NULL AND held IS NOT TRUE THEN
        RAISE EXCEPTION 'region % is outside the scope of official %', NEW.region_id, acting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_in_scope';
    END IF;
    IF TG_OP = 'INSERT' THEN
        {new_in_open_period}
        IF acting IS NOT NULL AND NEW.state NOT IN ('draft', 'submitted') THEN
            RAISE EXCEPTION 'a record does not begin as %', NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'record_step';
        END IF;
        NEW.version := 1;
        NEW.created_at := CURRENT_TIMESTAMP;
        NEW.changed_at := CURRENT_TIMESTAMP;
        NEW.created_by_id := COALESCE(acting, NEW.created_by_id);
        NEW.changed_by_id := COALESCE(acting, NEW.changed_by_id);
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the primary key of a record never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state::text, NEW.state::text) NOT IN ({steps}) THEN
        RAISE EXCEPTION 'a record does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_step';
    END IF;
    IF {value_changed} THEN
        {old_in_open_period}
        {new_in_open_period}
    END IF;
    IF NEW.region_id <> OLD.region_id THEN
        {move_revisions}
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.created_by_id := OLD.created_by_id;
    IF PG_TRIGGER_DEPTH() = 1 THEN
        {keep_derived}
    END IF;
    IF ({derived_changed}) AND NOT ({typed_changed}) THEN
        NEW.version := OLD.version;
        NEW.changed_at := OLD.changed_at;
        NEW.changed_by_id := OLD.changed_by_id;
    ELSE
        NEW.version := OLD.version + 1;
        NEW.changed_at := CURRENT_TIMESTAMP;
        NEW.changed_by_id := COALESCE(acting, NEW.changed_by_id);
    END IF;
    RETURN NEW;
"""
OLD_IN_SCOPE = """EXISTS (
        SELECT FROM accounts_official o
        JOIN accounts_region own ON own.code = o.region_id
        JOIN accounts_region r ON r.code = OLD.region_id
        WHERE o.id = acting AND (own.level = 'province' OR own.code IN (r.code, r.county_id, r.city_id)))"""

# A new row below a record waits for a change of that record to end, and copies what the record is then: the change
# does not see the new row, and could not carry it along.
LOCKED_FIRST = """IF TG_OP = 'INSERT' OR NEW.{column} IS DISTINCT FROM OLD.{column} THEN
        PERFORM FROM {table} WHERE id = NEW.{column} FOR {lock};
    END IF;"""

FOLLOWED_FIRST = """IF NEW.state = 'verified' AND NOT EXISTS (
        SELECT FROM {table} WHERE id = NEW.{column} AND state = 'verified'
    ) THEN
        RAISE EXCEPTION 'the record that this row belongs to is not verified'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_follows_verified';
    END IF;"""

# A change of the dates of a period waits for changes of its records to end: what comes after sees the new dates.
# Exceptions from it are looked for only where the period itself is closed, which few rows meet.
IN_OPEN_PERIOD = """period := NULL;
    IF (
        SELECT BOOL_OR((CURRENT_TIMESTAMP AT TIME ZONE 'Asia/Shanghai')::date NOT BETWEEN opens AND closes)
        FROM (
            SELECT opens, closes FROM records_reportingperiod WHERE year = {year} AND month IN (0, {month}) FOR SHARE
        ) locked
    ) THEN
        period := records_locked({row}.region_id, {year}, {month});
    END IF;
    IF period IS NOT NULL THEN
        RAISE EXCEPTION 'the reporting period % is closed for region %', period, {row}.region_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_period', DETAIL = period;
    END IF;"""

# A waiting change of a record moves with the record: those who verify at its new place see it.
MOVE_REVISIONS = """UPDATE records_revision SET region_id = NEW.region_id
        WHERE object_id = NEW.id AND state <> 'verified' AND content_type_id = (
            SELECT id FROM django_content_type WHERE app_label = '{app}' AND model = '{model}');"""


class Guard(pgtrigger.Trigger):
    """The row trigger of a record.

    follows: foreign keys, each with the columns that are copied from the record it names: a monthly row lies where
    its project lies. Such a row is verified with that record or after it, as it would count alone. derived: fields
    that other triggers keep; any other update leaves them as they are. A change of only copied or derived columns
    makes no new version, so that no open form goes stale by it. alone: rows change what they follow (`keep`), so two
    rows of the same record are entered one after the other; if both shared it first, neither could. reported_in: the
    year, the year and month, or the date that says which reporting periods a row belongs to; empty for master data,
    such as an enterprise, which no period closes. A spelling is made of the name: rows of closed periods get theirs
    too, and one alone makes no new version.
    """

    def __init__(
        self,
        *,
        follows: Mapping[str, Sequence[str]] | None = None,
        derived: Sequence[str] = (),
        alone: bool = False,
        reported_in: Sequence[str] = (),
    ) -> None:
        self.reported_in = reported_in
        self.follows = follows or {}
        self.alone = alone
        self.derived = derived
        super().__init__(
            name="guard",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("acting", "bigint"), ("held", "boolean"), ("period", "text")],
        )

    @property
    def kept(self) -> set[str]:
        """Fields that the database sets, whatever an update says; a save leaves them out."""
        return {"city", "version", "created_at", "created_by", "changed_at", *self.derived, *self.copied}

    @property
    def copied(self) -> list[str]:
        """Fields that are copied from the followed records."""
        return [name for names in self.follows.values() for name in names]

    def get_func(self, model: Any) -> str:
        spellings = [f.name for f in model._meta.concrete_fields if isinstance(f, SpellingField)]
        derived = [*self.derived, *self.copied, *spellings]
        typed = [
            f.name
            for f in model._meta.concrete_fields
            if not f.primary_key and f.name != "changed_by" and f.name not in {*self.kept, *spellings}
        ]
        return GUARD.format(
            old_in_scope=OLD_IN_SCOPE,
            follow=self.copy(model),
            follow_verified=self.after_the_followed(model),
            keep_derived=" ".join(f"NEW.{c} := OLD.{c};" for c in column_names(model, self.derived)) or "NULL;",
            steps=", ".join(f"('{old}', '{new}')" for old, new, _verb in STEPS),
            old_in_open_period=self.in_open_period(model, "OLD"),
            new_in_open_period=self.in_open_period(model, "NEW"),
            move_revisions=self.move_revisions(model),
            value_changed=changed_condition(model, [*typed, *self.copied]),
            derived_changed=changed_condition(model, derived),
            typed_changed=changed_condition(model, typed),
        )

    def copy(self, model: Any) -> str:
        """SQL that copies the fields of the followed records into the new row."""
        statements = []
        lock = "NO KEY UPDATE" if self.alone else "SHARE"
        for key, names in self.follows.items():
            field = model._meta.get_field(key)
            into = ", ".join(f"NEW.{column}" for column in column_names(model, names))
            table = field.related_model._meta.db_table
            statements += [
                LOCKED_FIRST.format(table=table, column=field.column, lock=lock),
                f"SELECT {', '.join(column_names(field.related_model, names))} INTO {into} "
                f"FROM {table} WHERE id = NEW.{field.column};",
            ]
        return "\n    ".join(statements)

    def in_open_period(self, model: Any, row: str) -> str:
        """SQL that refuses a row of a closed period; empty for master data."""
        fields = [model._meta.get_field(name) for name in self.reported_in]
        if not fields:
            return ""
        year, month = ([f"{row}.{field.column}" for field in fields] + ["NULL::integer"])[:2]
        if isinstance(fields[0], models.DateField):
            date = year
            year, month = (f"EXTRACT({part} FROM {date})::integer" for part in ("YEAR", "MONTH"))
        return IN_OPEN_PERIOD.format(row=row, year=year, month=month)

    def move_revisions(self, model: Any) -> str:
        """SQL that moves the open revision with its record; for a revision itself nothing."""
        meta = model._meta
        own = meta.label_lower == "records.revision"
        return "NULL;" if own else MOVE_REVISIONS.format(app=meta.app_label, model=meta.model_name)

    def after_the_followed(self, model: Any) -> str:
        """SQL that refuses a verified row if the record above is not verified."""
        fields = [model._meta.get_field(key) for key in self.follows]
        return "\n    ".join(
            FOLLOWED_FIRST.format(column=field.column, table=field.related_model._meta.db_table) for field in fields
        )


def changed_condition(model: type[models.Model], names: Sequence[str]) -> str:
    """An SQL condition: whether the update changes one of the named fields."""
    return " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in column_names(model, names)) or "FALSE"


def column_names(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """The database columns of the named fields."""
    return [model._meta.get_field(name).column for name in names]  # type: ignore[union-attr,misc]


class Lead(pgtrigger.Trigger):
    """The trigger of a record that others follow: when one of the copied columns changes, they copy it again."""

    def __init__(self, *, name: str, table: str, key: str, fields: Sequence[str]) -> None:
        super().__init__(
            name=name,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(*fields),
            func=f"UPDATE {table} SET {key} = {key} WHERE {key} = NEW.id; RETURN NULL;",
        )


# Locked in the order of their keys, so that two statements that keep the same records wait for each other; what is
# read after that contains all that others have committed. A save locks the record before its row
# (`wait_for_followed`); SQL that changes the row first may wait in a circle with another, and PostgreSQL then refuses
# one of them.
KEPT_ALONE = """
    EXECUTE $sql$ SELECT FROM {table} WHERE id IN ({{touched}}) ORDER BY id FOR NO KEY UPDATE $sql$;"""


def derived_column_triggers(name: str, key: str, table: str, func: str) -> list[pgtrigger.Trigger]:
    """Statement triggers that set derived columns of the records above, also when many rows change at once.

    Changes of rows of the same record wait for each other: counting at once, each would leave out the rows of the
    other. key: the column of the foreign key. table: that of the records. func: SQL with `{touched}`, the keys of the
    records whose rows changed. EXECUTE runs it, which plans again each time (half a millisecond): a plan from when
    the table was small would read the whole table for every record of a later bulk load.
    """
    old, new = (f"SELECT DISTINCT {key} FROM {rows}" for rows in ("old_values", "new_values"))
    changes: tuple[tuple[str, pgtrigger.Operation, str, dict[str, str]], ...] = (
        ("insert", pgtrigger.Insert, new, {"new": "new_values"}),
        ("delete", pgtrigger.Delete, old, {"old": "old_values"}),
        ("update", pgtrigger.Update, f"{old} UNION {new}", {"old": "old_values", "new": "new_values"}),
    )
    return [
        pgtrigger.Trigger(
            name=f"{name}_{verb}",
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            operation=operation,
            referencing=pgtrigger.Referencing(**rows),
            func=(KEPT_ALONE.format(table=table) + func).format(touched=touched),
        )
        for verb, operation, touched, rows in changes
    ]
