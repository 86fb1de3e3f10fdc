"""A visitor over HTTP: kept connections, whole answers, and the times of the first and the last byte."""

import string
import time
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tests.site import sign_in

BLOCK = 64 * 1024
KEPT = 1.0  # seconds for which the server surely keeps an idle connection
# Seconds after which an answer is given up. At five million projects the home page takes half a minute alone, and
# eight people who open such pages at once wait for some minutes.
PATIENCE = 1800


class HttpAnswer(NamedTuple):
    """An answer: status, seconds to the first block after the header row, seconds to the end, and bytes."""

    status: int
    first: float
    whole: float
    size: int


class Visitor:
    """One signed-in person with one connection."""

    def __init__(self, address: str, username: str) -> None:
        self.place = urlsplit(address)
        self.cookie = sign_in(address, username)
        self.server = HTTPConnection(self.place.hostname or "", self.place.port, timeout=PATIENCE)
        self.last = time.perf_counter()

    def get(self, path: str) -> HttpAnswer:
        """Read the whole answer. Raises RuntimeError unless it is a 200, so that no fault is measured as speed."""
        begun = time.perf_counter()
        if begun - self.last > KEPT:
            self.server.close()
        headers = {"Cookie": self.cookie, "Accept-Language": "zh-hans"}
        self.server.request("GET", quote(path, safe=string.punctuation), headers=headers)
        response = self.server.getresponse()
        heading = len(response.readline())
        size = heading + len(response.read1(BLOCK))
        first = time.perf_counter() - begun
        while block := response.read(BLOCK):
            size += len(block)
        self.last = time.perf_counter()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return HttpAnswer(response.status, first, self.last - begun, size)
