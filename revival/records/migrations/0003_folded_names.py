from django.db import migrations

# As revival/records/likeness.py folds a name; a test compares both.
FOLDED = r"""
replace(replace(translate(words,
    U&'abcdefghijklmnopqrstuvwxyz\ff01\ff02\ff03\ff04\ff05\ff06\ff07\ff08\ff09\ff0a\ff0b\ff0c\ff0d\ff0e\ff0f\ff10\ff11\ff12\ff13\ff14\ff15\ff16\ff17\ff18\ff19\ff1a\ff1b\ff1c\ff1d\ff1e\ff1f\ff20\ff21\ff22\ff23\ff24\ff25\ff26\ff27\ff28\ff29\ff2a\ff2b\ff2c\ff2d\ff2e\ff2f\ff30\ff31\ff32\ff33\ff34\ff35\ff36\ff37\ff38\ff39\ff3a\ff3b\ff3c\ff3d\ff3e\ff3f\ff40\ff41\ff42\ff43\ff44\ff45\ff46\ff47\ff48\ff49\ff4a\ff4b\ff4c\ff4d\ff4e\ff4f\ff50\ff51\ff52\ff53\ff54\ff55\ff56\ff57\ff58\ff59\ff5a\ff5b\ff5c\ff5d\ff5e\3014\3015\3010\3011[] \0009\000a\000d\00a0\2002\2003\2009\200b\200c\200d\202f\2060\3000\feff\00b7\2022\30fb\2027',
    U&'ABCDEFGHIJKLMNOPQRSTUVWXYZ!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ(\005c)^_`ABCDEFGHIJKLMNOPQRSTUVWXYZ{|}~()()()'), '有限责任公司', '有限公司'), '江苏省', '江苏')
"""


class Migration(migrations.Migration):

    dependencies = [('records', '0002_amount_limits')]

    operations = [
        migrations.RunSQL(
            'CREATE OR REPLACE FUNCTION records_folded(words text) RETURNS text '
            f'LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT {FOLDED} $$',
            'DROP FUNCTION records_folded(text)',
        ),
    ]
