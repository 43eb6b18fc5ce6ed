//! What others could send in Apple's name.

use store_simulator::apple::{CustomNotification, Forgery};

/// The end of a purchase, with everything that can be wrong with a signature: of the whole, or of the
/// parts in a whole that Apple signed.
pub(super) fn of(id: &str) -> Vec<CustomNotification> {
    let expired = || CustomNotification::of("EXPIRED", id).subtype("VOLUNTARY");
    let whole = Forgery::REFUSED.map(|forgery| expired().forged(forgery));
    let parts = Forgery::REFUSED.map(|forgery| expired().inner_forged(forgery));
    let bodies = ["", "null", "{}", r#"{"signedPayload":"a.b.c"}"#].map(CustomNotification::body);
    whole.into_iter().chain(parts).chain(bodies).collect()
}
