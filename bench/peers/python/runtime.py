"""The loop of a Lambda runtime, over the Runtime API
(https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)."""

import http.client
import json
import os

BASE = "/2018-06-01/runtime"


def run(handler):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        connection.request("GET", f"{BASE}/invocation/next")
        response = connection.getresponse()
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.loads(response.read())
        try:
            path, answer = "response", handler(event)
        except Exception as error:  # Lambda reports whatever a handler raises.
            path, answer = "error", {"errorType": type(error).__name__, "errorMessage": str(error)}
        connection.request("POST", f"{BASE}/invocation/{request_id}/{path}", json.dumps(answer))
        connection.getresponse().read()
