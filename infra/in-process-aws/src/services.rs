//! Protocols of the services, and their answers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use axum::http::{HeaderMap, Response, Uri};
use cloud::clock;
use domain::Timestamp;
use dynoxide::Database;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::calls::{Call, Calls, Refused, locked};
use crate::shortage::{Shortages, Supply, add_left};
use crate::sqs::Queues;
use crate::{database, meter, xml};

const CLOUDWATCH: &str = "/service/GraniteServiceVersion20100801/operation/";

/// State of the services.
pub(crate) struct Services {
    pub(crate) database: Database,
    pub(crate) shortages: Shortages,
    pub(crate) queues: Mutex<Queues>,
    pub(crate) calls: Calls,
    pub(crate) secrets: Mutex<BTreeMap<String, String>>,
    /// Whether calls of DynamoDB get their units and images, which costs two reads for each write.
    pub(crate) metered: AtomicBool,
    /// Difference of the queues' clock from that of the functions.
    pub(crate) ahead: Mutex<SignedDuration>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}

impl Services {
    pub(crate) fn now(&self) -> Timestamp {
        clock::now() + *locked(&self.ahead)
    }

    pub(crate) fn advance(&self, time: SignedDuration) {
        *locked(&self.ahead) += time;
    }
}

pub(crate) type Answered = Response<Vec<u8>>;

pub(crate) fn answer(state: &Services, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Answered {
    let mut call = read(uri, headers, body);
    tracing::trace!(service = call.service, operation = call.operation, "call");
    if let Some(refused) = state.calls.refused(&call.operation) {
        // Refused calls are recorded too: tests also count attempts.
        state.calls.record(&call);
        return refusal(call.service, refused);
    }
    if call.service == "dynamodb" && state.metered.load(Relaxed) {
        let answer;
        (answer, call.units, call.images) =
            meter::run(&state.database, &call.operation, &call.input);
        state.calls.record(&call);
        return json_answer(answer);
    }
    state.calls.record(&call);
    match call.service {
        "dynamodb" => json_answer(dynamodb(state, call)),
        "sqs" => json_answer(sqs(state, &call)),
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
fn refusal(service: &str, refused: Refused) -> Answered {
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

fn dynamodb(state: &Services, call: Call) -> database::Answer {
    let operation = &call.operation;
    match state.shortages.apply(operation, call.input) {
        Supply::Refused(answer) => answer,
        Supply::Run { input, left } => {
            let (status, mut body) = database::run(&state.database, operation, input);
            if let Some(left) = left {
                add_left(operation, &mut body, left);
            }
            (status, body)
        }
    }
}

fn sqs(state: &Services, call: &Call) -> database::Answer {
    let refuses = |message: &str| state.calls.refuses_entry(message);
    let now = state.now();
    locked(&state.queues).answer(&call.operation, &call.input, refuses, now)
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

fn json_answer((status, body): database::Answer) -> Answered {
    response(
        status,
        "application/x-amz-json-1.0",
        body.to_string().into(),
    )
}

fn response(status: u16, content_type: &str, body: Vec<u8>) -> Answered {
    Response::builder()
        .status(status)
        .header("content-type", content_type)
        // CloudWatch's protocol requires this header in answers; the others ignore it.
        .header("smithy-protocol", "rpc-v2-cbor")
        .body(body)
        .unwrap()
}
