"""Signatures of the local SNS: an RSA key and its certificate, made at start.

A receiver checks them as it checks those of SNS, with two differences that it must be told: the certificate is served
by the local AWS itself over plain HTTP, and no authority vouches for it.
"""

import base64
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

# https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html: version 1 is SHA-1, and the default.
DEFAULT_VERSION = "1"
HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}

# The fields that are signed, in this order, where a message has them (the same page, "string to sign").
FIELDS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


def signed_text(message: dict) -> str:
    """The text that the signature covers: a line with the name and a line with the value of each field."""
    present = [name for name in FIELDS[message["Type"]] if message.get(name) is not None]
    return "".join(f"{name}\n{message[name]}\n" for name in present)


class Signer:
    """The key, and the certificate that is issued to SNS."""

    def __init__(self, address: str):
        """`address` is that of the local AWS, without a path."""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = _certificate(self._key)
        self._pem = certificate.public_bytes(serialization.Encoding.PEM)
        # The address of SNS's certificates changes with the certificate, too: receivers cache by it.
        name = certificate.fingerprint(hashes.SHA256()).hex()[:32]
        self._path = f"/SimpleNotificationService-{name}.pem"
        self._url = address + self._path

    def sign(self, message: dict, version: str | None) -> dict:
        """The message with its signature, in the version that the topic asks for."""
        version = version if version in HASHES else DEFAULT_VERSION
        text = signed_text(message).encode()
        signature = self._key.sign(text, padding.PKCS1v15(), HASHES[version]())
        return {
            **message,
            "SignatureVersion": version,
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": self._url,
        }

    def serves(self, application):
        """The ASGI application, which also serves the certificate, to everyone as SNS does."""

        async def with_certificate(scope, receive, send):
            if scope["type"] != "http" or scope["path"] != self._path:
                await application(scope, receive, send)
                return
            headers = [(b"content-type", b"application/x-pem-file"), (b"content-length", b"%d" % len(self._pem))]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self._pem})

        return with_certificate


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Issued to the name that receivers expect. Valid since yesterday, for clocks that differ."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("sns.amazonaws.com")]), critical=False)
    )
    return builder.sign(key, hashes.SHA256())
