"""The format of a log line. Typed text can neither end the line, nor control a terminal, nor hide in it."""

import logging
import unicodedata

# Control characters, line and paragraph separators, and marks that change the direction of writing.
UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}


def one_line(text: str) -> str:
    r"""The text with every invisible character replaced by its escape, such as \n."""
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in UNSEEN else c for c in text)


class OneLine(logging.Formatter):
    """Write each message on one line, whatever it contains.

    Lines of a traceback are indented, so they look like no message.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = one_line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        lines = super().formatException(ei).splitlines()  # type: ignore[arg-type]
        return "\n".join(f"  {one_line(line)}" for line in lines)
