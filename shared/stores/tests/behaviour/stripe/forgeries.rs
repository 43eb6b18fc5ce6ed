//! What others could send in Stripe's name.

use store_simulator::stripe::{CustomEvent, SignWith};

/// This body with every signature that isn't Stripe's word, said now.
pub(super) fn of(body: &[u8]) -> Vec<CustomEvent> {
    let event = CustomEvent::body(String::from_utf8(body.to_vec()).unwrap());
    let by = |signer| event.clone().signed_with(signer);
    vec![
        by(SignWith::WrongSecret),
        by(SignWith::ThisSecret("whsec_".into())),
        by(SignWith::V0Only),
        by(SignWith::NoTimestamp),
        by(SignWith::NoHeader),
        event.clone().signed_seconds_ago(400),
        event.clone().signed_seconds_ago(-400),
        event.clone().tampered(),
        event.with_signature("t=soon,v1=zz"),
    ]
}
