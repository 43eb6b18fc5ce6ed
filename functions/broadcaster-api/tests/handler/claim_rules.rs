//! How claims of one store's purchases are decided.

use serde_json::{Value, json};

use crate::{as_neighbour, call, changed, started};

#[tokio::test]
async fn a_rule_is_one_store_s_and_one_broadcaster_s() {
    let (aws, api) = started().await;
    let by_default = json!({
        "store": "vizio", "transfer": null, "secondFactor": "optional",
        "secondFactorField": "invoiceNumber",
    });
    assert_eq!(
        call(&api, "get-claim-rule").await,
        (200, by_default.clone())
    );
    let expected = json!({
        "store": "vizio", "transfer": "move", "secondFactor": "required",
        "secondFactorField": "invoiceNumber",
    });
    for name in ["put-claim-rule", "get-claim-rule"] {
        assert_eq!(call(&api, name).await, (200, expected.clone()), "{name}");
    }
    let neighbours = as_neighbour(&aws, &api, "get-claim-rule").await;
    assert_eq!(neighbours, (200, by_default));
    let (_, other_store) = changed(&api, "get-claim-rule", |event| {
        event["pathParameters"]["store"] = json!("apple");
    })
    .await;
    assert_eq!(other_store["secondFactor"], "optional");
    assert_eq!(other_store["secondFactorField"], "signedTransaction");
    let (_, without) = changed(&api, "get-claim-rule", |event| {
        event["pathParameters"]["store"] = json!("roku");
    })
    .await;
    assert_eq!(without["secondFactorField"], Value::Null);
}

#[tokio::test]
async fn what_is_left_out_goes_back_to_its_default() {
    let (_aws, api) = started().await;
    call(&api, "put-claim-rule").await;
    let (status, shown) = changed(&api, "put-claim-rule", |event| {
        event["body"] = json!(r#"{"transfer":"refuse"}"#);
    })
    .await;
    assert_eq!((status, &shown["transfer"]), (200, &json!("refuse")));
    assert_eq!(shown["secondFactor"], "optional");
}

#[tokio::test]
async fn a_rule_that_can_not_hold_is_refused() {
    let (_aws, api) = started().await;
    for (store, body) in [
        ("vizio", r#"{"transfer":"give"}"#),
        ("vizio", r#"{"transfer":true}"#),
        ("vizio", r#"{"secondFactor":"sometimes"}"#),
        ("vizio", r#"{"secondFactor":null}"#),
        ("vizio", r#"{"secondfactor":"required"}"#),
        ("android", r#"{"secondFactor":"required"}"#),
    ] {
        let (status, shown) = changed(&api, "put-claim-rule", |event| {
            event["pathParameters"]["store"] = json!(store);
            event["body"] = json!(body);
        })
        .await;
        assert_eq!(status, 400, "{store} {body}: {shown}");
    }
    let (_, shown) = call(&api, "get-claim-rule").await;
    assert_eq!(shown["secondFactor"], "optional");
}
