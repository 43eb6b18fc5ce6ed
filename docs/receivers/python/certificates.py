"""Signing certificates of SNS: where they may be, what they must be, and their cache."""

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timezone

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from http_client import forged, get, in_doubt

MOST_CACHED = 16
CACHED_SECONDS = 24 * 3600
# Least time between two requests for one certificate, because anybody can send a wrong signature.
PAUSE_SECONDS = 1
ARN = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}")
# Has no `..`, `//` or other characters that two parsers could read differently.
PATH = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\.pem")


@dataclass(frozen=True)
class Topic:
    origin: str
    """Scheme and host of SNS in the region of the topic."""
    signers: tuple[str, ...]
    """Names to which the certificates of the region may be issued."""


def parse_topic(arn: str, local_host: str | None) -> Topic:
    """Reads an ARN. `local_host` replaces the host of SNS, for a local stack only."""
    parts = ARN.fullmatch(arn)
    if parts is None:
        raise ValueError(f"not the ARN of a topic: {arn}")
    partition, region = parts.groups()
    domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return Topic(
        origin=f"http://{local_host}" if local_host else f"https://sns.{region}.{domain}",
        signers=("sns.amazonaws.com", f"sns-signing.{region}.{domain}"),
    )


@dataclass(frozen=True)
class _Entry:
    certificate: x509.Certificate
    fetched_at: float


class Certificates:
    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: str, topic: Topic, refresh: bool) -> RSAPublicKey:
        """Returns the key of the certificate at an address, from the cache unless it is to be refreshed."""
        path = address.removeprefix(topic.origin)
        if path == address or len(path) > 256 or not PATH.fullmatch(path):
            raise forged("the certificate is not at SNS")
        now = time.time()
        with self._lock:
            cached = self._entries.get(address)
        if cached is not None and _is_valid(cached.certificate):
            if now - cached.fetched_at < (PAUSE_SECONDS if refresh else CACHED_SECONDS):
                return _key(cached.certificate)
        certificate = _fetch(address, topic)
        with self._lock:
            if len(self._entries) >= MOST_CACHED:
                self._entries.popitem(last=False)
            self._entries[address] = _Entry(certificate, now)
        return _key(certificate)


def _fetch(address: str, topic: Topic) -> x509.Certificate:
    status, pem = get(address)
    if status in (408, 429) or status >= 500:
        raise in_doubt("the certificate is out of reach")
    # The file holds one certificate and no chain.
    if status != 200 or pem.count(b"-----BEGIN") != 1:
        raise forged("there is no certificate")
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        names, is_authority = _names(certificate), _is_authority(certificate)
    except ValueError as error:
        raise forged("the certificate cannot be read") from error
    if not _is_valid(certificate):
        raise forged("the certificate is not valid now")
    if is_authority or not names.intersection(topic.signers):
        raise forged("the certificate is of somebody else")
    _key(certificate)
    return certificate


def _is_valid(certificate: x509.Certificate) -> bool:
    now = datetime.now(timezone.utc)
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _names(certificate: x509.Certificate) -> set[str]:
    """Returns the alternative names, or the common name if there are none of those."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return {str(name.value) for name in common}
    return set(names.value.get_values_for_type(x509.DNSName))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _key(certificate: x509.Certificate) -> RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise forged("the key is not RSA of 2,048 bits")
    return key
