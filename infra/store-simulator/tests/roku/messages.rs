//! Members of the messages.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use store_simulator::roku::model::{
    Action, NewPurchase, Options, Origin, Outcome, TransactionType,
};

use crate::stage::{DAY, Stage, message};

const EVERYWHERE: [&str; 8] = [
    "customerId",
    "transactionType",
    "transactionId",
    "channelId",
    "productCode",
    "eventDate",
    "responseKey",
    "isFreeTrial",
];

/// Returns one message of each type.
fn one_of_each() -> Vec<Value> {
    let mut told = Vec::new();
    let mut keep = |outcome: Outcome| {
        told.extend(outcome.published.into_iter().map(|told| told.message));
    };
    let (mut stage, id) = Stage::bought("monthly");
    keep(stage.does(&id, Action::Renew));
    keep(stage.does(&id, Action::EnterGrace));
    keep(stage.does(&id, Action::Recover));
    keep(stage.does(&id, Action::EnterGrace));
    keep(stage.does(&id, Action::Hold));
    keep(stage.does(&id, Action::Recover));
    keep(stage.does(&id, Action::Cancel));
    keep(stage.does(&id, Action::Resubscribe));
    keep(stage.does(&id, Action::Refund));
    let one = Options::of_amount("1.00");
    keep(stage.does_with(&id, Action::Credit, &one));
    keep(stage.does_with(&id, Action::StartOffer, &one));
    keep(stage.does(&id, Action::EndOffer));
    keep(stage.does(&id, Action::Chargeback));
    keep(stage.does(&id, Action::ReverseChargeback));
    keep(stage.does(&id, Action::SecondChargeback));
    let yearly = Options::to_product("yearly");
    let upgraded = stage.does_with(&id, Action::Upgrade, &yearly);
    let id = upgraded.purchase.transaction_id.clone();
    keep(upgraded);
    keep(stage.does_with(&id, Action::Downgrade, &Options::to_product("basic")));
    told
}

#[test]
fn all_eighteen_types_occur_in_a_life() {
    let told: BTreeSet<String> = one_of_each()
        .iter()
        .map(|message| message["transactionType"].as_str().unwrap().to_owned())
        .collect();
    let known = TransactionType::ALL.map(|kind| kind.as_str().to_owned());
    assert_eq!(told, BTreeSet::from(known));
    assert_eq!(told.len(), 18);
}

#[test]
fn each_type_has_the_members_of_the_stores_samples() {
    let (names, end, first) = ("productName", "expirationDate", "originalPurchaseDate");
    let (original, comments) = ("originalTransactionId", "comments");
    let money = ["price", "tax", "total", "currency"];
    let sale = ["channelName", "purchaseChannel", "purchaseContext"];
    let usual = vec![names, end, first, original, comments];
    for message in one_of_each() {
        let kind = message["transactionType"].as_str().unwrap();
        let more = match kind {
            "Sale" => [usual.clone(), money.to_vec(), sale.to_vec()].concat(),
            "Resubscribe" => [&[names, first, original, comments], &money[..]].concat(),
            "Refund" => {
                let members = [names, first, original, comments, "partnerReferenceId"];
                [&members, &money[..]].concat()
            }
            "Credit" => {
                let members = [names, comments, "partnerReferenceId", "channelName"];
                [&members[..], &["price", "total", "currency"]].concat()
            }
            "UpgradeSale" | "DowngradeSale" => {
                [&[names, end, original, comments, "currency"], &sale[..]].concat()
            }
            "Chargeback" => [&[names, first, original, "partnerReferenceId"], &money[..]].concat(),
            "ChargebackReversed" | "SecondChargeback" => {
                [&[first, original, "partnerReferenceId"], &money[..]].concat()
            }
            _ => usual.clone(),
        };
        let expected: BTreeSet<&str> = EVERYWHERE.into_iter().chain(more).collect();
        let members = message.as_object().unwrap().keys();
        let members: BTreeSet<&str> = members.map(String::as_str).collect();
        assert_eq!(members, expected, "{kind}");
    }
}

#[test]
fn a_new_order_has_no_earlier_date_and_is_its_own_original() {
    let mut stage = Stage::set();
    let bought = stage.buys(&NewPurchase::of("monthly").by_customer("c-1"));
    let id = &bought.purchase.transaction_id;
    let expected = json!({
        "customerId": "c-1", "transactionType": "Sale",
        "transactionId": id, "originalTransactionId": id,
        "channelId": "712345", "channelName": "Example TV",
        "productCode": "monthly", "productName": "monthly",
        "price": 8.99, "tax": 0.72, "total": 9.71, "currency": "usd", "isFreeTrial": false,
        "eventDate": "2026-11-15T00:00:00.0000000Z", "expirationDate": "2026-12-15T00:00:00Z",
        "comments": "New order processed.",
        "purchaseChannel": "DEVICE", "purchaseContext": "IAP", "responseKey": id,
    });
    assert_eq!(*message(&bought), expected);
}

#[test]
fn what_is_bought_once_has_no_end() {
    let mut stage = Stage::set();
    let bought = stage.buys(&NewPurchase::of("film"));
    assert!(message(&bought).get("expirationDate").is_none());
}

#[test]
fn dates_have_no_seven_or_nine_fractional_digits() {
    let dates: Vec<(String, String)> = one_of_each()
        .iter()
        .map(|message| {
            let text = |name: &str| message[name].as_str().unwrap().to_owned();
            (text("transactionType"), text("eventDate"))
        })
        .collect();
    for (kind, date) in dates {
        let digits = date.split_once('.').map_or(0, |(_, rest)| rest.len() - 1);
        let expected = match kind.as_str() {
            "Sale" => 7,
            "Credit" => 9,
            _ => 0,
        };
        assert_eq!(digits, expected, "{kind} {date}");
    }
}

#[test]
fn a_sign_up_tells_where_it_was_and_who_the_customer_is() {
    let mut stage = Stage::set();
    for (origin, channel, context) in [
        (Origin::Web, "WEB", "ISU"),
        (Origin::DeviceSignup, "DEVICE", "ISU"),
    ] {
        let wanted = NewPurchase {
            origin,
            personal: true,
            ..NewPurchase::of("trial")
        };
        let bought = stage.buys(&wanted);
        let told = message(&bought);
        assert_eq!(told["purchaseChannel"], channel);
        assert_eq!(told["purchaseContext"], context);
        assert_eq!(told["isFreeTrial"], true);
        assert!(told["email"].is_string());
        let id = &bought.purchase.transaction_id;
        let answer = stage.answer(id);
        assert_eq!(answer["purchaseChannel"], channel.to_lowercase());
        stage.passes(DAY);
        let renewed = stage.does(id, Action::Renew);
        assert!(message(&renewed).get("email").is_none());
    }
}
