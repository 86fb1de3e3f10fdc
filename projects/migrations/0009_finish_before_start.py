import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_exports'),
        ('enterprises', '0001_squashed_0009_reporting_periods'),
        ('projects', '0001_squashed_0008_reporting_periods'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='renovationproject',
            name='project_finish_after_start',
        ),
        migrations.AlterConstraint(
            model_name='renovationproject',
            name='project_completed_within_total',
            constraint=models.CheckConstraint(condition=models.Q(('completed_investment__lte', django.db.models.expressions.CombinedExpression(models.F('total_investment'), '*', models.Value(Decimal('1.1'))))), name='project_completed_within_total', violation_error_code='total_investment', violation_error_message='Completed investment is more than a tenth above the total investment of the project.'),
        ),
    ]
