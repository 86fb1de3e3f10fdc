from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("enterprises", "0004_industry_codes"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.CheckConstraint(condition=models.Q(('industry_code', ''), ('industry_code__regex', '^[A-T][0-9]{2,4}$'), _connector='OR'), name='enterprise_industry_code', violation_error_code='industry_code'),
        ),
    ]
