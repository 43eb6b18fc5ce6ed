//! Where a store's stand-in delivers its notifications.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use domain::Timestamp;
use tokio::net::TcpListener;

use crate::store_under_test::Arrival;

type Delivered = (Vec<(String, String)>, Vec<u8>);

/// Accepts whatever comes. Ends with the test's runtime.
pub struct Inbox {
    pub address: String,
    delivered: Arc<Mutex<Vec<Delivered>>>,
}

impl Inbox {
    pub async fn open() -> Self {
        let delivered = Arc::<Mutex<Vec<Delivered>>>::default();
        let received = Arc::clone(&delivered);
        let accept = move |headers: HeaderMap, body: Bytes| {
            let given = headers.iter();
            let given =
                given.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
            let delivery = (given.collect(), body.to_vec());
            received.lock().unwrap().push(delivery);
            async {}
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/notifications", listener.local_addr().unwrap());
        let router = Router::new().fallback(accept);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, delivered }
    }

    /// What came since the last time.
    pub fn take(&self, at: Timestamp) -> Vec<Arrival> {
        let mut delivered = self.delivered.lock().unwrap();
        let arrived = |(headers, body)| Arrival { at, headers, body };
        delivered.drain(..).map(arrived).collect()
    }
}
