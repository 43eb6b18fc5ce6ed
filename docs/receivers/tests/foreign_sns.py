"""SNS of somebody else on this machine: moto, messages that are signed here, and the host of SNS's addresses.

What moto 5.2.5 lacks is added here:
- moto signs with SignatureVersion 2 whatever the topic says, and does not sign a subject.
- It sends no confirmation and no header x-amz-sns-message-type.
- It names certificates at sns.<region>.amazonaws.com, which is not to be asked from a test, and serves them
  only to requests with credentials. The address of a certificate is not signed, so it is replaced by one of
  this host, which asks moto.
"""

import base64
import functools
import http.client
import json
import logging
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from moto.server import ThreadedMotoServer

REGION = "us-east-1"
BEACON = f"arn:aws:sns:{REGION}:123456789012:beacon"
WEBHOOKS = f"arn:aws:sns:{REGION}:123456789012:webhooks"
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Message = dict


@functools.cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate(
    key: Key | None = None,
    common_name: str = "sns.amazonaws.com",
    alternative_name: str | None = None,
    days: tuple[float, float] = (-1, 1),
    authority: bool = False,
) -> bytes:
    """Makes a certificate that is valid between two days from now."""
    key = key or rsa_key()
    now = datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
    )
    if alternative_name:
        names = x509.SubjectAlternativeName([x509.DNSName(alternative_name)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def timestamp(ago: timedelta = timedelta()) -> str:
    return (datetime.now(timezone.utc) - ago).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def sign(message: Message, version: str = "2", key: rsa.RSAPrivateKey | None = None) -> Message:
    """Returns the message with a signature over its fields as they are."""
    names = (name for name in SIGNED[message["Type"]] if name in message)
    text = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = (key or rsa_key()).sign(text, PKCS1v15(), algorithm)
    encoded = base64.b64encode(signature).decode()
    return {**message, "SignatureVersion": version, "Signature": encoded}


@dataclass
class ForeignSns:
    """The host of SNS's addresses. It answers at `/<name>.pem`, at the addresses of confirmations and, for
    moto's deliveries, at `/relay`."""

    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Answers to requests for certificates, by their path."""
    requests: list[str] = field(default_factory=list)
    """Paths that were requested."""
    confirmation_status: int = 200
    relayed: list[Message] = field(default_factory=list)

    def start(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.moto.start()
        handler = type("Handler", (_Handler,), {"sns": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.answers["/signer.pem"] = (200, certificate())
        self.client = boto3.client(
            "sns",
            region_name=REGION,
            endpoint_url="http://{}:{}".format(*self.moto.get_host_and_port()),
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def address(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def serve(self, body: bytes, status: int = 200) -> str:
        """Serves a certificate at a new address."""
        path = f"/{uuid.uuid4().hex}.pem"
        self.answers[path] = (status, body)
        return self.address(path)

    def unsigned(self, content: str, topic: str = BEACON, **fields: str) -> Message:
        """Returns a notification of now in SNS's form, without a signature."""
        return {
            "Type": "Notification",
            "MessageId": str(uuid.uuid4()),
            "TopicArn": topic,
            "Message": content,
            "Timestamp": timestamp(),
            "SigningCertURL": self.address("/signer.pem"),
            "UnsubscribeURL": self.address("/?Action=Unsubscribe"),
            **fields,
        }

    def notification(self, content: str, version: str = "2", **fields: str) -> Message:
        return sign(self.unsigned(content, **fields), version)

    def confirmation(self, kind: str = "SubscriptionConfirmation", **fields: str) -> Message:
        token = uuid.uuid4().hex
        message = self.unsigned("You have chosen to subscribe", Type=kind, Token=token)
        message["SubscribeURL"] = self.confirmation_address(token)
        return sign({**message, **fields})

    def confirmation_address(self, token: str, topic: str = BEACON) -> str:
        query = {"Action": "ConfirmSubscription", "TopicArn": topic, "Token": token}
        return self.address(f"/?{urlencode(query)}")

    def publish(self, topic: str, content: str) -> Message:
        """Publishes to a topic of moto, and returns what moto delivered."""
        before = len(self.relayed)
        self.client.publish(TopicArn=topic, Message=content)
        (message,) = self.relayed[before:]
        path = "/" + message["SigningCertURL"].rpartition("/")[2]
        return {**message, "SigningCertURL": self.address(path)}


class _Handler(BaseHTTPRequestHandler):
    sns: ForeignSns

    def do_GET(self) -> None:
        self.sns.requests.append(self.path)
        if self.path.startswith("/?"):
            status, body = self.sns.confirmation_status, b""
        else:
            status, body = self.sns.answers.get(self.path) or self._from_moto()
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "/signer.pem")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _from_moto(self) -> tuple[int, bytes]:
        if not self.path.startswith("/SimpleNotificationService-"):
            return 404, b""
        connection = http.client.HTTPConnection(*self.sns.moto.get_host_and_port())
        scope = f"Credential=test/20260101/{REGION}/sns/aws4_request"
        connection.request("GET", self.path, headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.sns.relayed.append(json.loads(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass
