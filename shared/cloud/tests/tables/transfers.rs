//! A purchase that changes hands.

use cloud::subscriptions::{Change, Retired};
use domain::{Decision, Store, SubscriptionId};
use in_process_aws::Purchase;

use crate::{broadcaster, customer, key, of_store, subscriptions, write};

/// Ada's purchase, then Bob's.
async fn transferred(table: &cloud::subscriptions::Subscriptions) -> Purchase {
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    write(table, &purchase).await;
    // Of two claims the later one holds the purchase.
    purchase.claim("bob");
    assert!(purchase.decision.former.is_some());
    write(table, &purchase).await;
    purchase
}

#[tokio::test]
async fn the_former_subscription_and_both_links_are_written_in_one_transaction() {
    let (aws, table) = subscriptions().await;
    transferred(&table).await;

    let transactions = aws.inputs("TransactWriteItems");
    let keys: Vec<_> = transactions
        .last()
        .unwrap()
        .get("TransactItems")
        .and_then(serde_json::Value::as_array)
        .unwrap()
        .iter()
        .map(|write| {
            let item = &write["Put"]["Item"];
            let part = |name: &str| item[name]["S"].as_str().unwrap().to_owned();
            (part("pk"), part("sk"))
        })
        .collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert_eq!(keys[0].1, "current");
    assert_eq!(keys[1].1, "former#000001");
    assert_eq!(keys[0].0, keys[1].0);
    assert!(keys[2].0.ends_with("#customer#ada"));
    assert!(keys[3].0.ends_with("#customer#bob"));
}

#[tokio::test]
async fn each_customer_s_list_shows_their_own_generation() {
    let (_aws, table) = subscriptions().await;
    let purchase = transferred(&table).await;

    let of = async |who: &str| {
        let mut all = table
            .all_of_customer(&broadcaster(), &customer(who))
            .await
            .unwrap();
        assert_eq!(all.len(), 1, "{who}");
        all.remove(0)
    };
    let (ada, bob) = (of("ada").await, of("bob").await);

    assert_eq!(Some(&ada), purchase.decision.former.as_ref());
    assert!(ada.ownership.termination.is_some() && !ada.access_granted(purchase.now));
    assert_eq!(Some(&bob), purchase.current.as_ref());
    assert!(bob.access_granted(purchase.now));
    assert_ne!(ada.ownership.subscription_id, bob.ownership.subscription_id);
}

#[tokio::test]
async fn both_generations_are_found_by_their_number() {
    let (_aws, table) = subscriptions().await;
    let purchase = transferred(&table).await;
    let id = async |generation: u32| -> Option<SubscriptionId> {
        let found = table
            .generation(&of_store(Store::Vizio, &purchase.key), generation)
            .await
            .unwrap();
        found.map(|subscription| subscription.ownership.subscription_id)
    };
    let former = purchase.decision.former.as_ref().unwrap();
    assert_eq!(id(1).await, Some(former.ownership.subscription_id));
    assert_eq!(
        id(2).await,
        purchase
            .current
            .as_ref()
            .map(|c| c.ownership.subscription_id)
    );
    assert_eq!(id(3).await, None);
}

#[tokio::test]
async fn a_former_owner_s_subscription_is_found_after_the_purchase_was_replaced() {
    let (_aws, table) = subscriptions().await;
    let purchase = transferred(&table).await;
    let former = purchase.decision.former.as_ref().unwrap();
    let mut stood = purchase.current.clone().unwrap();
    for name in ["vzs-2", "vzs-3"] {
        let mut next = stood.clone();
        next.purchase_key = key(name);
        let (decision, locator) = (Decision::keep(next), Purchase::new(name).locator());
        let retired = [Retired {
            key: stood.purchase_key.clone(),
            before: Some(stood),
        }];
        let change = Change {
            retired: &retired,
            ..Change::answered(None, &decision, &locator, purchase.now)
        };
        let written = table.write(&change, Vec::new()).await.unwrap();
        stood = written.unwrap().subscription;
    }
    for (generation, expected) in [
        (1, Some(former.ownership.subscription_id)),
        (2, Some(stood.ownership.subscription_id)),
        (3, None),
    ] {
        let found = table
            .generation(&of_store(Store::Vizio, &purchase.key), generation)
            .await
            .unwrap();
        assert_eq!(found.map(|found| found.ownership.subscription_id), expected);
    }
}

#[tokio::test]
async fn a_purchase_that_comes_back_stands_in_the_list_twice() {
    let (_aws, table) = subscriptions().await;
    let mut purchase = transferred(&table).await;
    write(&table, purchase.claim("ada")).await;

    let ada = table
        .all_of_customer(&broadcaster(), &customer("ada"))
        .await
        .unwrap();
    let mut generations: Vec<u32> = ada.iter().map(|row| row.ownership.generation).collect();
    generations.sort_unstable();
    assert_eq!(generations, [1, 3]);
    let now = purchase.now;
    assert_eq!(ada.iter().filter(|row| row.access_granted(now)).count(), 1);
    let bob = table
        .all_of_customer(&broadcaster(), &customer("bob"))
        .await
        .unwrap();
    assert!(!bob[0].access_granted(now));
}

#[tokio::test]
async fn a_purchase_that_is_replaced_while_a_list_is_read_fails_nothing_for_good() {
    let (aws, table) = subscriptions().await;
    write(&table, &Purchase::claimed("vzs-1", "ada")).await;
    let mut moved = aws
        .items("subscriptions")
        .into_iter()
        .find(|item| item["sk"]["S"] == "current")
        .unwrap();
    let lead = serde_json::json!({"M": {
        "to": {"S": "vzs-2"}, "since": {"S": "2026-11-05T09:30:00Z"}, "replaced": {"BOOL": true},
    }});
    let fields = moved.as_object_mut().unwrap();
    fields.retain(|name, _| name == "pk" || name == "sk");
    fields.insert("lead".to_owned(), lead);
    aws.put_item("subscriptions", &moved);

    // The link is still the old one: the same list may be asked for again.
    let listed = table
        .all_of_customer(&broadcaster(), &customer("ada"))
        .await;
    assert!(
        matches!(listed, Err(cloud::CloudError::Conflict(_))),
        "{listed:?}"
    );
}
