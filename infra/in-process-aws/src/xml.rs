//! Protocol of SNS: forms in, XML out.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::calls::{Call, Calls};

pub(crate) const ACCESS_DENIED: &str = "<ErrorResponse><Error><Type>Sender</Type>\
    <Code>AuthorizationError</Code><Message>not authorized</Message></Error></ErrorResponse>";

/// Reads a form. Of a batch only what tests compare is kept.
pub(crate) fn read(body: &[u8]) -> Call {
    let form: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let operation = form.get("Action").expect("a call of SNS").clone();
    let input = if operation == "PublishBatch" {
        json!({"TopicArn": form["TopicArn"], "entries": entries(&form)})
    } else {
        json!(form)
    };
    Call::new("sns", operation, input)
}

fn entries(form: &BTreeMap<String, String>) -> Vec<Value> {
    let entry = |number: usize| {
        let prefix = format!("PublishBatchRequestEntries.member.{number}");
        let id = form.get(&format!("{prefix}.Id"))?;
        let message = form.get(&format!("{prefix}.Message"))?;
        let attribute = |number: usize| {
            let prefix = format!("{prefix}.MessageAttributes.entry.{number}");
            let name = form.get(&format!("{prefix}.Name"))?;
            Some((name, form.get(&format!("{prefix}.Value.StringValue"))?))
        };
        // Members are numbered from 1 without gaps.
        let attributes: BTreeMap<_, _> = (1..).map_while(attribute).collect();
        let message: Value = serde_json::from_str(message).unwrap();
        Some(json!({"id": id, "message": message, "attributes": attributes}))
    };
    (1..).map_while(entry).collect()
}

pub(crate) fn answer(calls: &Calls, call: &Call) -> String {
    let result = match call.operation.as_str() {
        "PublishBatch" => published(calls, call),
        "CreateTopic" => format!("<TopicArn>{}</TopicArn>", text(call, "Name")),
        "Subscribe" => {
            let arn = format!("{}:subscription", text(call, "TopicArn"));
            format!("<SubscriptionArn>{arn}</SubscriptionArn>")
        }
        "GetSubscriptionAttributes" => "<Attributes><entry><key>PendingConfirmation</key>\
            <value>true</value></entry></Attributes>"
            .to_owned(),
        "Unsubscribe" | "DeleteTopic" | "SetSubscriptionAttributes" => String::new(),
        other => panic!("the in-process AWS knows no {other} of SNS"),
    };
    let name = &call.operation;
    format!("<{name}Response><{name}Result>{result}</{name}Result></{name}Response>")
}

fn published(calls: &Calls, call: &Call) -> String {
    let (mut successful, mut failed) = (String::new(), String::new());
    for entry in call.input["entries"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        // `SenderFault` and the code tell a permanent refusal from one that may succeed later.
        if calls.finds_invalid(&entry["message"].to_string()) {
            failed += &format!(
                "<member><Id>{id}</Id><Code>InvalidParameter</Code><SenderFault>true</SenderFault></member>"
            );
        } else if calls.refuses_entry(&entry["message"].to_string()) {
            failed += &format!(
                "<member><Id>{id}</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>"
            );
        } else {
            successful += &format!("<member><Id>{id}</Id><MessageId>1</MessageId></member>");
        }
    }
    format!("<Successful>{successful}</Successful><Failed>{failed}</Failed>")
}

fn text<'a>(call: &'a Call, field: &str) -> &'a str {
    call.input[field].as_str().unwrap()
}
