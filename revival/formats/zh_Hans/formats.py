"""As Django's own, such as 2024年5月1日. A field shows its day as in English."""

DATE_INPUT_FORMATS = ["%Y-%m-%d"]
