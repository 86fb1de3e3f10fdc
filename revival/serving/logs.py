"""How a line of the log is written: what people typed can neither end it nor steer a terminal or hide in it."""

import logging
import unicodedata

# Control characters, line and paragraph separators, and marks that turn the direction of writing.
UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}


def one_line(text: str) -> str:
    r"""The text with every character that is not to be seen as its escape, such as \n."""
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in UNSEEN else c for c in text)


class OneLine(logging.Formatter):
    """A message is one line whatever is in it; the lines of a traceback below it are indented, hence none of ours."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = one_line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(f"  {one_line(line)}" for line in lines)
