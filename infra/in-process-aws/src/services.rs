//! Protocols of the services, and their answers.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::body::Body;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use dynoxide::Database;
use serde_json::{Value, json};

use crate::calls::{Call, Calls, Refused, locked};
use crate::{database, meter, xml};

const CLOUDWATCH: &str = "/service/GraniteServiceVersion20100801/operation/";

/// State of the services.
pub(crate) struct Services {
    pub(crate) database: Database,
    pub(crate) calls: Calls,
    pub(crate) secrets: Mutex<BTreeMap<String, String>>,
    /// Whether calls of DynamoDB get their units and images, which costs two reads for each write.
    pub(crate) metered: AtomicBool,
}

pub(crate) fn answer(state: &Services, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut call = read(uri, headers, body);
    tracing::trace!(service = call.service, operation = call.operation, "call");
    if let Some(refused) = state.calls.refused(&call.operation) {
        let service = call.service;
        // Refused calls are recorded too: tests also count attempts.
        state.calls.record(call);
        return refusal(service, refused);
    }
    if call.service == "dynamodb" && !state.metered.load(Relaxed) {
        state.calls.record(call.clone());
        return json_answer(database::run(&state.database, &call.operation, call.input));
    }
    if call.service == "dynamodb" {
        let answer;
        (answer, call.units, call.images) =
            meter::run(&state.database, &call.operation, &call.input);
        state.calls.record(call);
        return json_answer(answer);
    }
    state.calls.record(call.clone());
    match call.service {
        "sqs" => json_answer((200, sqs(state, &call))),
        "secretsmanager" => json_answer(secrets_manager(state, &call)),
        "monitoring" => response(200, "application/cbor", Vec::new()),
        _ => response(
            200,
            "text/xml",
            xml::answer(&state.calls, &call).into_bytes(),
        ),
    }
}

fn read(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Call {
    if let Some(operation) = uri.path().strip_prefix(CLOUDWATCH) {
        return Call::new("monitoring", operation, Value::Null);
    }
    // SNS is the only one of these services with a form protocol, which has no header with the
    // operation.
    let Some(target) = headers.get("x-amz-target") else {
        return xml::read(body);
    };
    let (prefix, operation) = target.to_str().unwrap().split_once('.').unwrap();
    let service = match prefix {
        "DynamoDB_20120810" => "dynamodb",
        "AmazonSQS" => "sqs",
        "secretsmanager" => "secretsmanager",
        other => panic!("the in-process AWS knows no {other}"),
    };
    Call::new(service, operation, serde_json::from_slice(body).unwrap())
}

/// Builds the answer to a refused call in the service's protocol.
fn refusal(service: &str, refused: Refused) -> Response {
    match refused {
        Refused::Garbled(text) => response(200, "application/json", text.into_bytes()),
        Refused::Answer(status, text) => {
            response(status, "application/x-amz-json-1.0", text.into_bytes())
        }
        Refused::AccessDenied if service == "sns" => {
            response(403, "text/xml", xml::ACCESS_DENIED.into())
        }
        Refused::AccessDenied => json_answer((
            400,
            json!({"__type": "AccessDeniedException", "message": "not authorized"}),
        )),
    }
}

fn sqs(state: &Services, call: &Call) -> Value {
    match call.operation.as_str() {
        "SendMessage" => json!({"MessageId": "1"}),
        "SendMessageBatch" => {
            let mut answer = json!({"Successful": [], "Failed": []});
            for entry in call.input["Entries"].as_array().unwrap() {
                let id = &entry["Id"];
                let refused = state
                    .calls
                    .refuses_entry(entry["MessageBody"].as_str().unwrap());
                let (list, result) = if refused {
                    let failed = json!({"Id": id, "Code": "InternalError", "SenderFault": false});
                    ("Failed", failed)
                } else {
                    let taken = json!({"Id": id, "MessageId": "1", "MD5OfMessageBody": ""});
                    ("Successful", taken)
                };
                answer[list].as_array_mut().unwrap().push(result);
            }
            answer
        }
        // Nothing is kept: a test that wants a backlog answers the call itself.
        "GetQueueAttributes" => json!({"Attributes": {"ApproximateNumberOfMessages": "0"}}),
        "CreateQueue" => json!({"QueueUrl": call.input["QueueName"]}),
        "ChangeMessageVisibility" | "DeleteQueue" => json!({}),
        other => panic!("the in-process AWS knows no {other} of SQS"),
    }
}

fn secrets_manager(state: &Services, call: &Call) -> database::Answer {
    let mut secrets = locked(&state.secrets);
    let named = call.input["SecretId"]
        .as_str()
        .or(call.input["Name"].as_str());
    let name = named.unwrap().to_owned();
    let missing = json!({"__type": "ResourceNotFoundException", "message": "no such secret"});
    match call.operation.as_str() {
        "GetSecretValue" => match secrets.get(&name) {
            Some(text) => (200, json!({"Name": name, "SecretString": text})),
            None => (400, missing),
        },
        // Like AWS: only a secret that exists can be changed.
        "PutSecretValue" if !secrets.contains_key(&name) => (400, missing),
        "PutSecretValue" | "CreateSecret" => {
            let text = call.input["SecretString"].as_str().unwrap();
            secrets.insert(name.clone(), text.to_owned());
            (200, json!({"Name": name}))
        }
        "DeleteSecret" => match secrets.remove(&name) {
            Some(_) => (200, json!({"Name": name})),
            None => (400, missing),
        },
        other => panic!("the in-process AWS knows no {other} of Secrets Manager"),
    }
}

fn json_answer((status, body): database::Answer) -> Response {
    response(
        status,
        "application/x-amz-json-1.0",
        body.to_string().into(),
    )
}

fn response(status: u16, content_type: &str, body: Vec<u8>) -> Response {
    Response::builder()
        .status(status)
        .header("content-type", content_type)
        // CloudWatch's protocol requires this header in answers; the others ignore it.
        .header("smithy-protocol", "rpc-v2-cbor")
        .body(Body::from(body))
        .unwrap()
}
