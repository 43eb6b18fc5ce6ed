//! What others could send in Amazon's name.

use store_simulator::amazon::model::Receipt;
use store_simulator::amazon::{CustomMessage, Forgery};

/// What is not certainly forged: a question of another topic, which is shown to people, and a clock that is
/// wrong. `tests/amazon` has what becomes of it.
const IN_DOUBT: [Forgery; 2] = [Forgery::ForeignConfirmation, Forgery::FutureTimestamp];

/// What proves enough: the headers are not signed, no file at Amazon's own address names its issuers, and
/// another app's message is Amazon's as well.
const BY_AMAZON: [Forgery; 3] = [
    Forgery::HeaderTopicDiffers,
    Forgery::CertificateOfAnotherIssuer,
    Forgery::OtherPackage,
];

/// The end of a receipt, with each thing that can be wrong.
pub(super) fn of(receipt: &Receipt) -> Vec<CustomMessage> {
    let end = CustomMessage::of_type("SUBSCRIPTION_EXPIRED", receipt);
    let certain = |forgery: &Forgery| !IN_DOUBT.contains(forgery) && !BY_AMAZON.contains(forgery);
    Forgery::ALL
        .into_iter()
        .filter(certain)
        .map(|forgery| end.clone().forged(forgery))
        .collect()
}
