"""Answers to SNS, and requests to it."""

import urllib.error
import urllib.request
from http.client import HTTPException

TIMEOUT_SECONDS = 5
LARGEST_ANSWER = 64 * 1024


class Refusal(Exception):
    """Reason for an answer other than 2xx."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def forged(reason: str) -> Refusal:
    """Answers what is certainly not from a topic of ours: SNS does not send it again."""
    return Refusal(403, reason)


def in_doubt(reason: str) -> Refusal:
    """Answers what cannot be decided now: SNS sends it again."""
    return Refusal(503, reason)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def get(address: str) -> tuple[int, bytes]:
    """Gets an address of SNS. Follows no redirects, and refuses an answer of more than 64 KiB."""
    try:
        with _OPENER.open(address, timeout=TIMEOUT_SECONDS) as answer:
            body: bytes = answer.read(LARGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        return error.code, b""
    except (OSError, HTTPException, ValueError) as error:
        raise in_doubt(f"SNS is out of reach: {error}") from error
    if len(body) > LARGEST_ANSWER:
        raise in_doubt("SNS is out of reach: the answer is too large")
    return answer.status, body
