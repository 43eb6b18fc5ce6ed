//! The stores: a module and a line for each.

pub mod amazon;
pub mod android;
pub mod apple;
pub mod roku;
pub mod samsung_tv;
pub mod stripe;
pub mod vizio;

use axum::Router;
use reqwest::Client;

/// Routes of each store.
pub(crate) fn routers(http: &Client) -> [Router; 7] {
    let of = |router: fn(Client) -> Router| router(http.clone());
    [
        of(vizio::router),
        of(samsung_tv::router),
        of(android::router),
        of(apple::router),
        of(roku::router),
        of(amazon::router),
        of(stripe::router),
    ]
}
