//! Coupon campaigns of an offer.

use in_process_aws::OFFER;
use serde_json::{Value, json};

use crate::{as_neighbour, call, changed, started, with_body};

const EVENTS: [&str; 4] = ["put-coupon", "get-coupon", "get-coupons", "delete-coupon"];

fn campaign() -> Value {
    json!({"percent": 50, "cycles": 2})
}

/// Puts the events' campaign under another code.
async fn put_as(api: &broadcaster_api::BroadcasterApi, code: &str) -> (u16, Value) {
    changed(api, "put-coupon", |event| {
        event["pathParameters"]["code"] = json!(code);
    })
    .await
}

#[tokio::test]
async fn a_campaign_is_put_shown_replaced_and_deleted() {
    let (_aws, api) = started().await;
    let shown = json!({
        "code": "INTRO2M", "percent": 50, "cycles": 2,
        "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2027-01-31T23:00:00Z",
    });
    assert_eq!(call(&api, "get-coupon").await.0, 404);
    assert_eq!(call(&api, "put-coupon").await, (200, shown.clone()));
    assert_eq!(call(&api, "put-coupon").await, (200, shown.clone()));
    assert_eq!(call(&api, "get-coupon").await, (200, shown));

    let replaced = json!({"code": "INTRO2M", "percent": 20, "cycles": 1});
    let body = json!({"percent": 20, "cycles": 1, "validFrom": null});
    let put = with_body(&api, "put-coupon", &body).await;
    assert_eq!(put, (200, replaced.clone()));
    assert_eq!(call(&api, "get-coupon").await, (200, replaced.clone()));
    let listed = json!({"coupons": [replaced], "next": null});
    assert_eq!(call(&api, "get-coupons").await, (200, listed));

    assert_eq!(call(&api, "delete-coupon").await, (204, Value::Null));
    let (status, body) = call(&api, "delete-coupon").await;
    assert_eq!((status, &body["code"]), (404, &json!("REQ0100")));
    assert_eq!(call(&api, "get-coupon").await.0, 404);
    let nothing = json!({"coupons": [], "next": null});
    assert_eq!(call(&api, "get-coupons").await, (200, nothing));
}

#[tokio::test]
async fn a_percentage_is_1_to_100_and_cycles_are_1_to_120() {
    let (_aws, api) = started().await;
    for (name, value, status) in [
        ("percent", json!(1), 200),
        ("percent", json!(100), 200),
        ("percent", json!(0), 400),
        ("percent", json!(101), 400),
        ("percent", json!(256), 400),
        ("percent", json!(-1), 400),
        ("percent", json!(12.5), 400),
        ("percent", json!("50"), 400),
        ("percent", Value::Null, 400),
        ("cycles", json!(1), 200),
        ("cycles", json!(120), 200),
        ("cycles", json!(0), 400),
        ("cycles", json!(121), 400),
        ("cycles", json!(1.5), 400),
        ("cycles", Value::Null, 400),
    ] {
        let mut body = campaign();
        body[name] = value;
        let (answered, answer) = with_body(&api, "put-coupon", &body).await;
        assert_eq!(answered, status, "{body}: {answer}");
        if status == 400 {
            assert_eq!(answer["code"], "REQ0001");
            let message = answer["message"].as_str().unwrap();
            assert!(message.starts_with(name), "{body}: {message}");
        }
    }
    for missing in ["percent", "cycles"] {
        let mut body = campaign();
        body.as_object_mut().unwrap().remove(missing);
        let (status, answer) = with_body(&api, "put-coupon", &body).await;
        assert_eq!(status, 400);
        assert!(answer["message"].as_str().unwrap().contains(missing));
    }
}

#[tokio::test]
async fn a_campaign_ends_after_it_begins_at_times_of_rfc_3339() {
    let (_aws, api) = started().await;
    let (begin, later) = ("2026-11-01T00:00:00Z", "2026-11-01T00:00:01Z");
    for (from, until, status) in [
        (json!(begin), json!(later), 200),
        (Value::Null, json!(begin), 200),
        (json!(begin), Value::Null, 200),
        (json!(begin), json!(begin), 400),
        (json!(later), json!(begin), 400),
        // The same instant.
        (json!(begin), json!("2026-11-01T01:00:00+01:00"), 400),
        (json!(begin), json!("tomorrow"), 400),
        (json!("2026-11-01"), json!(later), 400),
        (json!("2026-11-01T00:00:00"), json!(later), 400),
        (json!(1_793_491_200), json!(later), 400),
    ] {
        let mut body = campaign();
        body["validFrom"] = from;
        body["validUntil"] = until;
        let (answered, answer) = with_body(&api, "put-coupon", &body).await;
        assert_eq!(answered, status, "{body}: {answer}");
        if status == 400 {
            let message = answer["message"].as_str().unwrap();
            assert!(message.starts_with("valid"), "{body}: {message}");
        }
    }
}

#[tokio::test]
async fn a_body_with_an_unknown_field_or_too_much_of_it_is_refused() {
    let (_aws, api) = started().await;
    let mut body = campaign();
    body["percentage"] = json!(50);
    let (status, answer) = with_body(&api, "put-coupon", &body).await;
    assert_eq!(status, 400);
    assert!(answer["message"].as_str().unwrap().contains("percentage"));
    body["percentage"] = json!("x".repeat(70_000));
    assert_eq!(with_body(&api, "put-coupon", &body).await.0, 413);
    assert_eq!(call(&api, "get-coupon").await.0, 404, "nothing was written");
}

#[tokio::test]
async fn a_code_is_2_to_40_letters_digits_underscores_and_hyphens() {
    let (_aws, api) = started().await;
    for code in ["2M", "a-b_C9", &"x".repeat(40)] {
        assert_eq!(put_as(&api, code).await.0, 200, "{code}");
    }
    for code in ["x", "a b", "a#b", "a.b", "größe", &"x".repeat(41)] {
        for name in ["put-coupon", "get-coupon", "delete-coupon"] {
            let (status, body) = changed(&api, name, |event| {
                event["pathParameters"]["code"] = json!(code);
            })
            .await;
            assert_eq!(
                (status, &body["code"]),
                (400, &json!("REQ0002")),
                "{name} {code}"
            );
            assert!(body["message"].as_str().unwrap().starts_with("code "));
        }
    }
}

#[tokio::test]
async fn codes_that_differ_in_a_capital_are_two_campaigns() {
    let (_aws, api) = started().await;
    put_as(&api, "INTRO2M").await;
    put_as(&api, "intro2m").await;
    assert_eq!(call(&api, "delete-coupon").await.0, 204);
    let (_, left) = call(&api, "get-coupons").await;
    assert_eq!(left["coupons"].as_array().unwrap().len(), 1);
    assert_eq!(left["coupons"][0]["code"], "intro2m");
}

#[tokio::test]
async fn campaigns_come_in_pages() {
    let (_aws, api) = started().await;
    for code in ["C3", "A1", "B2"] {
        put_as(&api, code).await;
    }
    let list = async |query: &str| {
        changed(&api, "get-coupons", |event| {
            event["rawQueryString"] = json!(query);
        })
        .await
    };
    let (_, first) = list("limit=2").await;
    assert_eq!(first["coupons"][0]["code"], "A1");
    assert_eq!(first["coupons"][1]["code"], "B2");
    assert_eq!(first["next"], "B2");
    let (_, second) = list("limit=2&after=B2").await;
    assert_eq!(second["coupons"].as_array().unwrap().len(), 1);
    assert_eq!(second["coupons"][0]["code"], "C3");
    assert_eq!(second["next"], Value::Null);
    for query in ["limit=0", "limit=101", "after=a.b"] {
        let (status, body) = list(query).await;
        assert_eq!((status, &body["code"]), (400, &json!("REQ0002")), "{query}");
    }
}

#[tokio::test]
async fn without_the_offer_there_are_no_coupons() {
    let (_aws, api) = started().await;
    for name in EVENTS {
        let (status, body) = changed(&api, name, |event| {
            event["pathParameters"]["offerId"] = json!("S9_US");
        })
        .await;
        assert_eq!((status, &body["code"]), (404, &json!("REQ0100")), "{name}");
        let (status, body) = changed(&api, name, |event| {
            event["pathParameters"]["offerId"] = json!("S9#US");
        })
        .await;
        assert_eq!((status, &body["code"]), (400, &json!("REQ0002")), "{name}");
        assert!(body["message"].as_str().unwrap().starts_with("offerId "));
    }
}

#[tokio::test]
async fn a_deleted_offer_leaves_no_coupon_behind() {
    let (_aws, api) = started().await;
    call(&api, "put-coupon").await;
    let offer = json!({"title": "t", "packageName": "p"});

    assert_eq!(call(&api, "delete-offer").await.0, 204);
    let (status, _) = changed(&api, "put-offer", |event| {
        event["pathParameters"]["offerId"] = json!(OFFER);
        event["body"] = json!(offer.to_string());
    })
    .await;

    assert_eq!(status, 200);
    assert_eq!(call(&api, "get-coupon").await.0, 404);
}

#[tokio::test]
async fn another_broadcaster_s_coupons_are_out_of_sight_and_reach() {
    let (aws, api) = started().await;
    call(&api, "put-coupon").await;
    for name in EVENTS {
        let (status, body) = as_neighbour(&aws, &api, name).await;
        assert_eq!((status, &body["code"]), (404, &json!("REQ0100")), "{name}");
    }
    let (status, shown) = call(&api, "get-coupon").await;
    assert_eq!((status, &shown["percent"]), (200, &json!(50)));
}
