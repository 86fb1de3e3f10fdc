import revival.records.likeness
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0003_ranges_of_days'),
        ('records', '0003_folded_names'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='enterprise',
            index=models.Index(models.F('city'), revival.records.likeness.Folded('name'), name='enterprise_folded'),
        ),
    ]
