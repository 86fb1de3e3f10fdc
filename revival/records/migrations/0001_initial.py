import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The period, such as 2024-05, by which records of the region and time are locked today; NULL for none. A time without
# a period is open. An exception for the year, or for the month alone, opens what lies in it.
LOCKED = """
    SELECT p.year || CASE WHEN p.month > 0 THEN '-' || lpad(p.month::text, 2, '0') ELSE '' END
    FROM records_reportingperiod p,
        (SELECT (CURRENT_TIMESTAMP AT TIME ZONE 'Asia/Shanghai')::date AS day) today
    WHERE p.year = of_year AND (p.month = 0 OR p.month = of_month)
        AND NOT today.day BETWEEN p.opens AND p.closes
        AND NOT EXISTS (
            SELECT FROM records_periodexception e
            JOIN records_reportingperiod ep ON ep.id = e.period_id
            JOIN accounts_region own ON own.code = e.region_id
            JOIN accounts_region r ON r.code = of_region
            WHERE ep.year = of_year AND (ep.month = 0 OR ep.month = of_month) AND e.until >= today.day
                AND (own.level = 'province' OR own.code IN (r.code, r.county_id, r.city_id)))
    ORDER BY p.month LIMIT 1
"""
FUNCTION = (
    "CREATE OR REPLACE FUNCTION records_locked(of_region varchar, of_year integer, of_month integer) "
    f"RETURNS text LANGUAGE sql STABLE AS $$ {LOCKED} $$"
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_exports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('verified', 'Verified'), ('returned', 'Returned')], default='draft', editable=False, max_length=9, verbose_name='state')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='submitted at')),
                ('verified_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='verified at')),
                ('comment', models.TextField(blank=True, editable=False, max_length=2000, verbose_name='comment of the review')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='changed at')),
                ('object_id', models.BigIntegerField(editable=False)),
                ('base_version', models.PositiveIntegerField(editable=False, verbose_name='version it changes')),
                ('changes', models.JSONField(editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='changes')),
                ('changed_by', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('city', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.region', verbose_name='city')),
                ('content_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype', verbose_name='kind of record')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('region', models.ForeignKey(db_index=False, help_text='The county, or the functional zone, city or province if no county applies.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.region', verbose_name='region')),
                ('submitted_by', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                ('verified_by', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'abstract': False,
                'default_permissions': ('add', 'change', 'delete', 'view', 'submit', 'verify'),
                'indexes': [models.Index(fields=['region', 'id'], name='revision_region'), models.Index(fields=['city', 'id'], name='revision_city'), models.Index(condition=models.Q(('state', 'verified'), _negated=True), fields=['state', 'id'], name='revision_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'verified', 'returned'])), name='records_revision_state'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('submitted_by__isnull', False), _connector='OR'), name='records_revision_submitter'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'verified'), _negated=True), models.Q(('verified_by__isnull', False), models.Q(('verified_by', models.F('submitted_by')), _negated=True)), _connector='OR'), name='records_revision_verifier', violation_error_message='You cannot verify what you submitted yourself. Ask another verifier.'), models.UniqueConstraint(condition=models.Q(('state', 'verified'), _negated=True), fields=('content_type', 'object_id'), name='records_revision_one_open', violation_error_message='Another change of this record is waiting for review. Wait for it, or withdraw it.')],
            },
        ),
        migrations.CreateModel(
            name='ReportingPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2015), django.core.validators.MaxValueValidator(2060)], verbose_name='year')),
                ('month', models.PositiveSmallIntegerField(choices=[(0, 'whole year'), (1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'), (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'), (12, 'December')], default=0, verbose_name='month')),
                ('opens', models.DateField(help_text='The first day on which its records may be entered.', verbose_name='opens')),
                ('due', models.DateField(help_text='The last day on which a record is submitted on time.', verbose_name='due')),
                ('closes', models.DateField(help_text='The last day on which its records may be changed.', verbose_name='closes')),
            ],
            options={
                'verbose_name': 'reporting period',
                'verbose_name_plural': 'reporting periods',
                'ordering': ('-year', '-month'),
                'default_permissions': ('add', 'change', 'view'),
                'constraints': [models.UniqueConstraint(fields=('year', 'month'), name='records_reportingperiod_once', violation_error_message='This period already exists. Change that one instead.'), models.CheckConstraint(condition=models.Q(('opens__lte', models.F('due')), ('due__lte', models.F('closes'))), name='records_reportingperiod_order', violation_error_message='A period must open, then be due, then close. Check the three dates.'), models.CheckConstraint(condition=models.Q(('month__in', range(0, 13))), name='records_reportingperiod_month')],
            },
        ),
        migrations.CreateModel(
            name='ReportingPeriodEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2015), django.core.validators.MaxValueValidator(2060)], verbose_name='year')),
                ('month', models.PositiveSmallIntegerField(choices=[(0, 'whole year'), (1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'), (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'), (12, 'December')], default=0, verbose_name='month')),
                ('opens', models.DateField(help_text='The first day on which its records may be entered.', verbose_name='opens')),
                ('due', models.DateField(help_text='The last day on which a record is submitted on time.', verbose_name='due')),
                ('closes', models.DateField(help_text='The last day on which its records may be changed.', verbose_name='closes')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='records.reportingperiod')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RevisionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('verified', 'Verified'), ('returned', 'Returned')], default='draft', editable=False, max_length=9, verbose_name='state')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='submitted at')),
                ('verified_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='verified at')),
                ('comment', models.TextField(blank=True, editable=False, max_length=2000, verbose_name='comment of the review')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='changed at')),
                ('object_id', models.BigIntegerField(editable=False)),
                ('base_version', models.PositiveIntegerField(editable=False, verbose_name='version it changes')),
                ('changes', models.JSONField(editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='changes')),
                ('changed_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('city', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.region', verbose_name='city')),
                ('content_type', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype', verbose_name='kind of record')),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='records.revision')),
                ('region', models.ForeignKey(db_constraint=False, db_index=False, help_text='The county, or the functional zone, city or province if no county applies.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.region', verbose_name='region')),
                ('submitted_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                ('verified_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PeriodException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=1000, verbose_name='reason')),
                ('until', models.DateField(help_text='The last day of the exception.', verbose_name='until')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='opened at')),
                ('opened_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.region', verbose_name='region')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='records.reportingperiod', verbose_name='reporting period')),
            ],
            options={
                'verbose_name': 'exception to a closed period',
                'verbose_name_plural': 'exceptions to closed periods',
                'ordering': ('-pk',),
                'default_permissions': ('add', 'change', 'view'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='records_periodexception_reason')],
            },
        ),
        migrations.CreateModel(
            name='PeriodExceptionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('reason', models.TextField(max_length=1000, verbose_name='reason')),
                ('until', models.DateField(help_text='The last day of the exception.', verbose_name='until')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='opened at')),
                ('opened_by', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='records.periodexception')),
                ('region', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.region', verbose_name='region')),
                ('period', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='records.reportingperiod', verbose_name='reporting period')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION records_locked(varchar, integer, integer)"),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_reportingperiodevent" ("closes", "due", "id", "month", "opens", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") SELECT new_values."closes", new_values."due", new_values."id", new_values."month", new_values."opens", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."year" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e1ec828f149816f84b305751654aca03bab172b1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d224f', referencing='REFERENCING NEW TABLE AS new_values ', table='records_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_reportingperiodevent" ("closes", "due", "id", "month", "opens", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") SELECT new_values."closes", new_values."due", new_values."id", new_values."month", new_values."opens", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."year" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5c6b82d519bc9ce08d84d14cf9a7309992e33055', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5e9fa', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='records_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_reportingperiodevent" ("closes", "due", "id", "month", "opens", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") SELECT old_values."closes", old_values."due", old_values."id", old_values."month", old_values."opens", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."year" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f37a91e8eb7239964abb902fa5f54251c0808828', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7ad9e', referencing='REFERENCING OLD TABLE AS old_values ', table='records_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='periodexceptionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='faeaa2f307dee787f498031bc71679f5e7e21e24', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_69a27', table='records_periodexceptionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='periodexception',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_periodexceptionevent" ("id", "opened_at", "opened_by_id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "until") SELECT new_values."id", new_values."opened_at", new_values."opened_by_id", new_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."reason", new_values."region_id", new_values."until" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='0f7a7a4e5f057498b74df0344df958e5486bfe19', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_26463', referencing='REFERENCING NEW TABLE AS new_values ', table='records_periodexception', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='periodexception',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_periodexceptionevent" ("id", "opened_at", "opened_by_id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "until") SELECT new_values."id", new_values."opened_at", new_values."opened_by_id", new_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."reason", new_values."region_id", new_values."until" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='ac7661511e43a265a8469eeafc820808ec2ba5c7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_770aa', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='records_periodexception', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='periodexception',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_periodexceptionevent" ("id", "opened_at", "opened_by_id", "period_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "region_id", "until") SELECT old_values."id", old_values."opened_at", old_values."opened_by_id", old_values."period_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."reason", old_values."region_id", old_values."until" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='350f4b70a9d906320b047779a903195f9b01c8af', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_3a7dc', referencing='REFERENCING OLD TABLE AS old_values ', table='records_periodexception', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiodevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a8421723034653f6629be0f2102468f3969ac00', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_01938', table='records_reportingperiodevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='guard', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE acting bigint; period text;', func="\n    acting := (NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), '')::jsonb ->> 'user')::bigint;\n    IF acting IS NOT NULL AND TG_OP <> 'INSERT' AND NOT EXISTS (\n        SELECT FROM accounts_official o\n        JOIN accounts_region own ON own.code = o.region_id\n        JOIN accounts_region r ON r.code = OLD.region_id\n        WHERE o.id = acting AND (own.level = 'province' OR own.code IN (r.code, r.county_id, r.city_id))) THEN\n        RAISE EXCEPTION 'region % is outside the scope of official %', OLD.region_id, acting\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_in_scope';\n    END IF;\n    IF TG_OP = 'DELETE' THEN\n        \n        RETURN OLD;\n    END IF;\n    \n    \n    NEW.city_id := (SELECT city_id FROM accounts_region WHERE code = NEW.region_id);\n    IF acting IS NOT NULL AND NOT EXISTS (\n        SELECT FROM accounts_official o\n        JOIN accounts_region own ON own.code = o.region_id\n        JOIN accounts_region r ON r.code = NEW.region_id\n        WHERE o.id = acting AND (own.level = 'province' OR own.code IN (r.code, r.county_id, r.city_id))) THEN\n        RAISE EXCEPTION 'region % is outside the scope of official %', NEW.region_id, acting\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_in_scope';\n    END IF;\n    IF TG_OP = 'INSERT' THEN\n        \n        IF acting IS NOT NULL AND NEW.state NOT IN ('draft', 'submitted') THEN\n            RAISE EXCEPTION 'a record does not begin as %', NEW.state\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'record_step';\n        END IF;\n        NEW.version := 1;\n        NEW.created_at := CURRENT_TIMESTAMP;\n        NEW.changed_at := CURRENT_TIMESTAMP;\n        NEW.created_by_id := COALESCE(acting, NEW.created_by_id);\n        NEW.changed_by_id := COALESCE(acting, NEW.changed_by_id);\n        RETURN NEW;\n    END IF;\n    IF NEW.id <> OLD.id THEN\n        RAISE EXCEPTION 'the primary key of a record never changes' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.state <> OLD.state AND (OLD.state::text, NEW.state::text) NOT IN (('draft', 'submitted'), ('returned', 'submitted'), ('submitted', 'draft'), ('submitted', 'verified'), ('submitted', 'returned')) THEN\n        RAISE EXCEPTION 'a record does not go from % to %', OLD.state, NEW.state\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_step';\n    END IF;\n    IF NEW.region_id IS DISTINCT FROM OLD.region_id OR NEW.state IS DISTINCT FROM OLD.state OR NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at OR NEW.verified_by_id IS DISTINCT FROM OLD.verified_by_id OR NEW.verified_at IS DISTINCT FROM OLD.verified_at OR NEW.comment IS DISTINCT FROM OLD.comment OR NEW.content_type_id IS DISTINCT FROM OLD.content_type_id OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.base_version IS DISTINCT FROM OLD.base_version OR NEW.changes IS DISTINCT FROM OLD.changes THEN\n        \n        \n    END IF;\n    IF NEW.region_id <> OLD.region_id THEN\n        NULL;\n    END IF;\n    NEW.created_at := OLD.created_at;\n    NEW.created_by_id := OLD.created_by_id;\n    IF PG_TRIGGER_DEPTH() = 1 THEN\n        NULL;\n    END IF;\n    IF (FALSE) AND NOT (NEW.region_id IS DISTINCT FROM OLD.region_id OR NEW.state IS DISTINCT FROM OLD.state OR NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at OR NEW.verified_by_id IS DISTINCT FROM OLD.verified_by_id OR NEW.verified_at IS DISTINCT FROM OLD.verified_at OR NEW.comment IS DISTINCT FROM OLD.comment OR NEW.content_type_id IS DISTINCT FROM OLD.content_type_id OR NEW.object_id IS DISTINCT FROM OLD.object_id OR NEW.base_version IS DISTINCT FROM OLD.base_version OR NEW.changes IS DISTINCT FROM OLD.changes) THEN\n        NEW.version := OLD.version;\n        NEW.changed_at := OLD.changed_at;\n        NEW.changed_by_id := OLD.changed_by_id;\n    ELSE\n        NEW.version := OLD.version + 1;\n        NEW.changed_at := CURRENT_TIMESTAMP;\n        NEW.changed_by_id := COALESCE(acting, NEW.changed_by_id);\n    END IF;\n    RETURN NEW;\n", hash='f291e46ad92a885dac2d0c414e6404d2e0eb3d01', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_guard_1ad16', table='records_revision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_revisionevent" ("base_version", "changed_at", "changed_by_id", "changes", "city_id", "comment", "content_type_id", "created_at", "created_by_id", "id", "object_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "submitted_at", "submitted_by_id", "verified_at", "verified_by_id", "version") SELECT new_values."base_version", new_values."changed_at", new_values."changed_by_id", new_values."changes", new_values."city_id", new_values."comment", new_values."content_type_id", new_values."created_at", new_values."created_by_id", new_values."id", new_values."object_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."region_id", new_values."state", new_values."submitted_at", new_values."submitted_by_id", new_values."verified_at", new_values."verified_by_id", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d873652956f270e7de445843b6ba34c022c0f617', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_9bedd', referencing='REFERENCING NEW TABLE AS new_values ', table='records_revision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_revisionevent" ("base_version", "changed_at", "changed_by_id", "changes", "city_id", "comment", "content_type_id", "created_at", "created_by_id", "id", "object_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "submitted_at", "submitted_by_id", "verified_at", "verified_by_id", "version") SELECT new_values."base_version", new_values."changed_at", new_values."changed_by_id", new_values."changes", new_values."city_id", new_values."comment", new_values."content_type_id", new_values."created_at", new_values."created_by_id", new_values."id", new_values."object_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."region_id", new_values."state", new_values."submitted_at", new_values."submitted_by_id", new_values."verified_at", new_values."verified_by_id", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='0fdd16152b4afc2538f2d6f1c118dfe692d9e08b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_f9bc0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='records_revision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "records_revisionevent" ("base_version", "changed_at", "changed_by_id", "changes", "city_id", "comment", "content_type_id", "created_at", "created_by_id", "id", "object_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "state", "submitted_at", "submitted_by_id", "verified_at", "verified_by_id", "version") SELECT old_values."base_version", old_values."changed_at", old_values."changed_by_id", old_values."changes", old_values."city_id", old_values."comment", old_values."content_type_id", old_values."created_at", old_values."created_by_id", old_values."id", old_values."object_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."region_id", old_values."state", old_values."submitted_at", old_values."submitted_by_id", old_values."verified_at", old_values."verified_by_id", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='ad8f6af8212e40fdda2a566c38391dcc052bd9f1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_81def', referencing='REFERENCING OLD TABLE AS old_values ', table='records_revision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revisionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3e04bd70a8b11ee08517bffff59c8393ebb12c8d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ef9ac', table='records_revisionevent', when='BEFORE')),
        ),
    ]
