"""The characters that GB 18030-2022 moved from the private use area to code points of their own."""

import re

# GB 18030 code -> what Python's codec and older programs make of it -> the character of today. The first eighteen
# are table D.2 of GB 18030-2022; the next six left the private use area with it, as Unicode had them; the last one
# moved in GB 18030-2005. glibc's iconv gives the third column for each (see findings/gb18030-2022.sh).
MOVED = (
    ("A6D9", "\ue78d", "\ufe10"),
    ("A6DA", "\ue78e", "\ufe12"),
    ("A6DB", "\ue78f", "\ufe11"),
    ("A6DC", "\ue790", "\ufe13"),
    ("A6DD", "\ue791", "\ufe14"),
    ("A6DE", "\ue792", "\ufe15"),
    ("A6DF", "\ue793", "\ufe16"),
    ("A6EC", "\ue794", "\ufe17"),
    ("A6ED", "\ue795", "\ufe18"),
    ("A6F3", "\ue796", "\ufe19"),
    ("FE59", "\ue81e", "\u9fb4"),
    ("FE61", "\ue826", "\u9fb5"),
    ("FE66", "\ue82b", "\u9fb6"),
    ("FE67", "\ue82c", "\u9fb7"),
    ("FE6D", "\ue832", "\u9fb8"),
    ("FE7E", "\ue843", "\u9fb9"),
    ("FE90", "\ue854", "\u9fba"),
    ("FEA0", "\ue864", "\u9fbb"),
    ("FE51", "\ue816", "\U00020087"),
    ("FE52", "\ue817", "\U00020089"),
    ("FE53", "\ue818", "\U000200cc"),
    ("FE6C", "\ue831", "\U000215d7"),
    ("FE76", "\ue83b", "\U0002298f"),
    ("FE91", "\ue855", "\U000241fe"),
    ("A8BC", "\ue7c7", "\u1e3f"),
)
TODAY = str.maketrans({before: now for _code, before, now in MOVED})
PRIVATE = re.compile("[\ue78d-\ue864]")


def with_todays_characters(text: str) -> str:
    """The text with the characters of today, whichever codec has read it. Other private characters stay."""
    return text.translate(TODAY) if PRIVATE.search(text) else text
