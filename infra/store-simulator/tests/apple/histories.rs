//! History of a customer's transactions.

use serde_json::{Value, json};
use store_simulator::apple::model::{Action, NewPurchase, Options};

use crate::scene::Scene;

impl Scene {
    /// Returns the transactions of one page, and its whole response.
    async fn page(&self, id: &str, query: &str) -> (Vec<Value>, Value) {
        let (status, answer) = self.get(&format!("/v2/history/{id}{query}")).await;
        assert_eq!(status, 200, "{answer}");
        let signed = answer["signedTransactions"].as_array().unwrap().iter();
        (signed.map(|one| self.verified(one)).collect(), answer)
    }

    async fn products(&self, id: &str, query: &str) -> Vec<String> {
        let (transactions, _) = self.page(id, query).await;
        let products = transactions.iter().map(|one| one["productId"].as_str());
        products.map(|one| one.unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn it_has_everything_that_the_customer_bought() {
    let scene = Scene::set().await;
    let bought = async |product: &str| {
        let wanted = NewPurchase::of(product).by_customer("anna");
        scene.buy(&wanted).await.original_transaction_id
    };
    let id = bought("premium").await;
    let film = bought("film").await;
    bought("sports").await;
    scene.buy(&NewPurchase::of("rental")).await;
    scene
        .act(&id, Action::Upgrade, &Options::to_product("yearly"))
        .await;
    let expected = ["film", "sports", "premium", "yearly"];
    assert_eq!(scene.products(&film, "").await, expected);
    let (shown, answer) = scene.page(&id, "").await;
    assert_eq!(shown[2]["isUpgraded"], true);
    assert_eq!(answer["hasMore"], false);
    assert_eq!(answer["environment"], "Production");
    assert_eq!(answer["appAppleId"], 1_234_567_890);
}

#[tokio::test]
async fn it_can_be_narrowed_and_turned_round() {
    let scene = Scene::set().await;
    let mut id = String::new();
    for product in ["premium", "film", "sports"] {
        let wanted = NewPurchase::of(product).by_customer("anna");
        id = scene.buy(&wanted).await.original_transaction_id;
    }
    for (query, expected) in [
        ("?sort=DESCENDING", vec!["sports", "film", "premium"]),
        ("?productType=NON_CONSUMABLE", vec!["film"]),
        ("?productId=film&productId=premium", vec!["premium", "film"]),
        ("?subscriptionGroupIdentifier=21234999", vec!["sports"]),
        ("?inAppOwnershipType=FAMILY_SHARED", vec![]),
        ("?revoked=true", vec![]),
        ("?endDate=1", vec![]),
    ] {
        assert_eq!(scene.products(&id, query).await, expected, "{query}");
    }
    scene.act(&id, Action::Refund, &Options::default()).await;
    assert_eq!(scene.products(&id, "?revoked=true").await, ["sports"]);
}

#[tokio::test]
async fn it_is_told_in_pages_and_goes_on_from_the_last_revision() {
    let (scene, id) = Scene::bought().await;
    scene
        .store
        .reconfigure(&json!({"pageSize": 2}))
        .await
        .unwrap();
    for _ in 0..4 {
        scene.act(&id, Action::Renew, &Options::default()).await;
    }
    for sort in ["ASCENDING", "DESCENDING"] {
        let (mut query, mut sizes, mut ids) = (format!("?sort={sort}"), Vec::new(), Vec::new());
        loop {
            let (shown, answer) = scene.page(&id, &query).await;
            sizes.push(shown.len());
            ids.extend(shown.iter().map(|one| one["transactionId"].to_string()));
            query = format!(
                "?sort={sort}&revision={}",
                answer["revision"].as_str().unwrap()
            );
            if answer["hasMore"] == false {
                break;
            }
        }
        assert_eq!(sizes, [2, 2, 1]);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5);
    }
    let (_, answer) = scene.page(&id, "").await;
    let (_, answer) = scene
        .page(
            &id,
            &format!("?revision={}", answer["revision"].as_str().unwrap()),
        )
        .await;
    let (last, answer) = scene
        .page(
            &id,
            &format!("?revision={}", answer["revision"].as_str().unwrap()),
        )
        .await;
    assert_eq!(last.len(), 1);
    let query = format!("?revision={}", answer["revision"].as_str().unwrap());
    assert!(scene.page(&id, &query).await.0.is_empty());
    let options = Options {
        transaction_id: Some(id.clone()),
        ..Options::default()
    };
    scene.act(&id, Action::Refund, &options).await;
    let (changed, _) = scene.page(&id, &query).await;
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0]["transactionId"], id);
}

#[tokio::test]
async fn a_wrong_query_is_refused() {
    let (scene, id) = Scene::bought().await;
    for (query, code) in [
        ("?revision=x", 4_000_005),
        ("?startDate=x", 4_000_015),
        ("?endDate=x", 4_000_016),
        ("?startDate=2&endDate=1", 4_000_013),
        ("?sort=UP", 4_000_021),
        ("?productType=FILM", 4_000_022),
        ("?inAppOwnershipType=MINE", 4_000_026),
        ("?revoked=maybe", 4_000_030),
    ] {
        let (status, answer) = scene.get(&format!("/v2/history/{id}{query}")).await;
        assert_eq!(
            (status, &answer["errorCode"]),
            (400, &json!(code)),
            "{query}"
        );
    }
}
