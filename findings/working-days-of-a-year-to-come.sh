#!/usr/bin/env bash
# Expected: three calendars of China agree on a working day, and all say so when a year is not published yet.
# Seen: Saturday 14 February 2026 is worked to make up for Spring Festival. Two know it; workalendar has no 2026 and
# raises for weekdays, but for this Saturday it answers False. For 2027 chinesecalendar raises, holidays answers as if
# it knew and has not one make-up day, workalendar answers for weekends only.
# For an office: due dates need a table of days entered when the State Council publishes them.
# Versions: chinesecalendar 1.11.0, workalendar 17.0.0, holidays 0.109 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq chinesecalendar==1.11.0 workalendar==17.0.0 holidays==0.109
"$folder/venv/bin/python" - <<'PY'
import sys
import warnings
from collections.abc import Callable
from datetime import date
from importlib.metadata import version

warnings.simplefilter("ignore")
import chinese_calendar
import holidays
from workalendar.asia import China

names = ("chinesecalendar", "workalendar", "holidays")
print(*(f"{name} {version(name)}" for name in names))
china = holidays.country_holidays("CN")


def answer(ask: Callable[[date], bool], day: date) -> str:
    try:
        return str(ask(day))
    except Exception as error:
        return f"raises {type(error).__name__}"


changed = False
for day, right, recorded in (
    (date(2026, 2, 14), "True of all", ("True", "False", "True")),
    (date(2026, 3, 2), "True of all", ("True", "raises CalendarError", "True")),
    (date(2027, 3, 1), "an error of all", ("raises NotImplementedError", "raises CalendarError", "True")),
    (date(2027, 3, 6), "an error of all", ("raises NotImplementedError", "False", "False")),
):
    asked = (chinese_calendar.is_workday, China().is_working_day, china.is_working_day)
    seen = tuple(answer(ask, day) for ask in asked)
    print(f"is {day:%Y-%m-%d, %A} worked: expected {right}; seen", dict(zip(names, seen, strict=True)))
    changed |= seen != recorded
make_up = {year: sum(day.year == year for day in china.weekend_workdays) for year in (2026, 2027)}
print("make-up days in holidays: expected an error for 2027, seen", make_up)
sys.exit("The behaviour has changed." if changed or make_up != {2026: 6, 2027: 0} else 0)
PY
