"""The local AWS as a process of its own, started once for all tests and stopped with them."""

import atexit
import functools
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import boto3
import botocore.config

LAUNCHER = pathlib.Path(__file__).parent.parent / "local_aws.py"
REGION = "us-east-1"

# Length of a second of a delivery policy, in milliseconds. An answer still has two seconds of time.
SECOND_MILLIS = 20

# What the start may take beside a build, in seconds.
LIMIT = 60


class LocalAws:
    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._folder = tempfile.TemporaryDirectory(prefix="local-aws-")
        self._log = pathlib.Path(self._folder.name) / "local-aws.log"
        environment = {
            **{name: os.environ.get(name, "") for name in ("PATH", "HOME", "LANG")},
            "TMPDIR": self._folder.name,
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "AWS_ENDPOINT_URL": self.address,
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PYTHONUNBUFFERED": "1",
            "LOCAL_SNS_SECOND": str(SECOND_MILLIS),
        }
        with self._log.open("w") as log:
            command = [sys.executable, str(LAUNCHER)]
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        atexit.register(self._stop)
        self._wait()

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=botocore.config.Config(retries={"total_max_attempts": 1}),
        )

    def log(self) -> str:
        return self._log.read_text()

    def _wait(self) -> None:
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/_ministack/health", timeout=LIMIT):
                    return
            except urllib.error.URLError:
                time.sleep(0.05)
        raise RuntimeError(f"the local AWS did not start:\n{self.log()}")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


@functools.cache
def running() -> LocalAws:
    return LocalAws()
