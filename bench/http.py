"""A visitor over HTTP: kept connections, whole answers, times of the first and the last byte."""

import string
import time
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from tests.site import sign_in

BLOCK = 64 * 1024
KEPT = 1.0  # seconds that the server surely keeps a connection on which nothing comes
# Seconds until an answer is given up: at five million projects home takes half a minute alone, and
# eight who ask for such pages at once wait for some minutes.
PATIENCE = 1800


class Answer(NamedTuple):
    """status, seconds to the first block of data behind the heading line, seconds to the end, bytes."""

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

    def get(self, path: str) -> Answer:
        """The whole answer. Raises RuntimeError for any but 200, so that no fault is measured as speed."""
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
        return Answer(response.status, first, self.last - begun, size)
