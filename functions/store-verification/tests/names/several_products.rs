//! One Google purchase of a plan and an add-on, in whatever order Google lists them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::Method;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use crate::google_play::{GooglePlay, submission};
use crate::scene::created;

const TOKEN: &str = "tokenNew.AO-J1Oz_example";

/// A server in the place of Google's API, which knows one purchase.
#[derive(Clone, Default)]
struct Google {
    products: Arc<Mutex<Vec<&'static str>>>,
    acknowledged: Arc<Mutex<Vec<String>>>,
}

impl Google {
    async fn start(&self) -> String {
        let router = Router::new().fallback(answer).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    fn lists(&self, products: [&'static str; 2]) {
        *self.products.lock().unwrap() = products.to_vec();
    }
}

async fn answer(
    State(google): State<Google>,
    method: Method,
    uri: axum::http::Uri,
) -> axum::response::Response {
    if method == Method::POST {
        google.acknowledged.lock().unwrap().push(uri.to_string());
        return axum::Json(json!({})).into_response();
    }
    let acknowledged = !google.acknowledged.lock().unwrap().is_empty();
    let items: Vec<Value> = google
        .products
        .lock()
        .unwrap()
        .iter()
        .map(|p| item(p))
        .collect();
    axum::Json(json!({
        "startTime": cloud::clock::now(),
        "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
        "acknowledgementState": if acknowledged {
            "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"
        } else {
            "ACKNOWLEDGEMENT_STATE_PENDING"
        },
        "lineItems": items,
    }))
    .into_response()
}

/// The add-on, which no offer lists, lasts longer than the plan.
fn item(product: &str) -> Value {
    let end = if product == "sports" {
        "2099-12-15"
    } else {
        "2099-11-15"
    };
    json!({
        "productId": product,
        "expiryTime": format!("{end}T00:00:00Z"),
        "latestSuccessfulOrderId": format!("GPA.{product}"),
        "autoRenewingPlan": {"autoRenewEnabled": true},
    })
}

#[tokio::test]
async fn an_offer_decides_the_product_and_the_order_of_the_list_nothing() {
    for order in [["sports", "premium"], ["premium", "sports"]] {
        let google = Google::default();
        google.lists(order);
        let api = json!({"apiBaseUrl": google.start().await});
        let play = GooglePlay::with(&api).await;
        let ended = play.scene.claims(1000, "ada", &submission(TOKEN)).await;
        assert_eq!(ended, created(), "{order:?}");
        let acknowledged = google.acknowledged.lock().unwrap().clone();
        assert_eq!(acknowledged.len(), 1, "{acknowledged:?}");
        assert!(acknowledged[0].contains("/premium/"), "{acknowledged:?}");

        let [first, second] = order;
        google.lists([second, first]);
        play.tells_of(TOKEN).await;
        let stored = play.scene.stored(TOKEN).await.unwrap();
        let held = &stored.subscription;
        assert_eq!(held.state.product_id, "premium");
        assert_eq!(held.offer.as_ref().unwrap().offer_id.as_str(), "S2_US");
        assert_eq!(
            held.ownership.sequence, 1,
            "only the purchase was announced"
        );
        assert_eq!(stored.locator.details["orderId"], "GPA.premium");
        let [sports] = &held.add_ons[..] else {
            panic!("{:?}", held.add_ons)
        };
        assert_eq!(
            (sports.product_id.as_str(), &sports.offer),
            ("sports", &None)
        );
    }
}
