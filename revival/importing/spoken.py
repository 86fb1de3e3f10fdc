"""Words of files that are no labels of ours: how tables name their totals, what stands for yes, what parts a list."""

import re

from revival.records.likeness import folded

TOTALS = {folded(word) for word in ("合计", "总计", "小计", "Total", "Sum", "Subtotal")}
SAMPLE = tuple(folded(word) for word in ("样例：", "Sample:"))  # what the sample row of a template begins with
TRUTHS = {"是": "True", "否": "False", "Y": "True", "N": "False", "1": "True", "0": "False"}
LISTED = "、"  # between the parts of a list, as files of the product have it
BETWEEN = re.compile(r"[,，;；\n]")
