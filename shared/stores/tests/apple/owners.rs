//! Whose a purchase is, and whether it counts.

use serde_json::{Value, json};
use stores::LookUpError;

use crate::scene::{TOKEN, config, known, read, read_with};

fn none() -> Value {
    json!({})
}

#[test]
fn the_account_is_the_apps_token_in_one_spelling() {
    let pattern = config(&json!({"accountIdPattern": "7e3fb204-2a1d-4b0f-9d3c-{customerId}"}));
    let account = |of: &Value, next: &Value| {
        let read = read_with(&pattern, Some(1), of, next).unwrap();
        read.account.map(|customer| customer.as_str().to_owned())
    };
    let expected = Some("5a7f6f6c1e11".to_owned());
    assert_eq!(account(&none(), &none()), expected);
    let upper = json!({"appAccountToken": TOKEN.to_uppercase()});
    assert_eq!(account(&upper, &none()), expected);
    let missing = json!({"appAccountToken": null});
    assert_eq!(account(&missing, &upper), expected);
    assert_eq!(account(&missing, &none()), None);
    for other in [
        "00000000-2a1d-4b0f-9d3c-5a7f6f6c1e11",
        "7e3fb204-2a1d-4b0f-9d3c-5a7f6f6c1e1",
        "7e3fb2042a1d4b0f9d3c5a7f6f6c1e11",
        "7e3fb204-2a1d-4b0f-9d3c-customer-one",
        "",
    ] {
        assert_eq!(
            account(&json!({"appAccountToken": other}), &none()),
            None,
            "{other}"
        );
    }
    assert_eq!(read(Some(1), &none(), &none()).account, None);
}

#[test]
fn a_family_member_has_no_account_and_says_so() {
    let pattern = json!({"accountIdPattern": "{customerId}"});
    let shared = json!({"inAppOwnershipType": "FAMILY_SHARED", "appAccountToken": null});
    let next = json!({"appAccountToken": TOKEN});
    let read = read_with(&config(&pattern), Some(1), &shared, &next).unwrap();
    assert_eq!(read.account, None);
    assert_eq!(known(read).details["inAppOwnershipType"], "FAMILY_SHARED");
    let unwanted = config(&json!({"familySharing": false}));
    let read = read_with(&unwanted, Some(1), &shared, &next);
    assert!(matches!(read, Err(LookUpError::Rejected(_))), "{read:?}");
    assert!(read_with(&unwanted, Some(1), &none(), &none()).is_ok());
}

#[test]
fn the_sandboxs_purchases_are_marked() {
    let sandbox = json!({"environment": "Sandbox"});
    let wanted = config(&json!({"sandboxPurchases": true}));
    let read = read_with(&wanted, Some(1), &sandbox, &sandbox).unwrap();
    assert!(known(read).test);
    for (config, environment) in [
        (config(&none()), json!("Sandbox")),
        (wanted.clone(), json!("Xcode")),
        (wanted, json!("LocalTesting")),
    ] {
        let of = json!({ "environment": environment });
        let read = read_with(&config, Some(1), &of, &none());
        assert!(
            matches!(read, Err(LookUpError::Rejected(_))),
            "{environment}"
        );
    }
}
