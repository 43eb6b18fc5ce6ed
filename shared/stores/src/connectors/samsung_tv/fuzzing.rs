//! Entry points for the fuzzer: any bytes, no network.

use domain::{ConfigRules, Environment, Timestamp};
use serde_json::{Value, json};

use super::snapshot::details::Details;
use super::snapshot::others;
use super::wire::purchase_list::Page;
use super::wire::{Head, Pages};
use super::{Config, snapshot, submission};

/// Does nothing, because the store sends no notifications.
pub fn fuzz_notification(_bytes: &[u8]) {}

/// Parses an answer of the list call.
pub fn fuzz_answer(bytes: &[u8]) {
    let settings = json!({"appId": "3201504002021", "securityKey": "key"});
    let parsed = Config::parse(&settings, Environment::Sandbox, &ConfigRules::default());
    let bought =
        json!({"invoiceId": "DE0210000000001", "samsungCustomerId": "c", "countryCode": "DE"});
    let (Ok(config), Ok(bought)) = (parsed, submission::parse_submission(&bought)) else {
        return;
    };
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    if let Ok(head) = Head::read(&json) {
        let _ = Pages::of(&head.result);
    }
    let Ok(page) = Page::read(&json) else { return };
    let _ = page.item_ids();
    let Ok(list) = page.entries() else { return };
    let now = Timestamp::UNIX_EPOCH;
    let details = Details::of(&bought.locator);
    if let Ok(found) = snapshot::find(&list, &details) {
        let _ = snapshot::of(&config, &bought.locator, &found, now);
        let _ = others::of(&config, &list, &found, ("c", "DE"), now);
    }
}
