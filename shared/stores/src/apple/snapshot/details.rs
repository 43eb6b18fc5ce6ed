//! Details of a purchase beside its state.

use std::collections::BTreeMap;

use domain::Environment;

use crate::apple::config::environment_name;
use crate::apple::submission::{ENVIRONMENT, ORIGINAL_TRANSACTION_ID, TRANSACTION_ID, TYPE};
use crate::apple::wire::Transaction;

/// Longest detail that is kept, in characters.
const LONGEST: usize = 255;

/// Builds the `inAppSpecificData` of webhooks, and the hints for the next look-up.
pub(in crate::apple) fn of(
    transaction: &Transaction,
    environment: Environment,
) -> BTreeMap<String, String> {
    let shared = transaction.is_shared().then_some("FAMILY_SHARED");
    let given = [
        (
            ORIGINAL_TRANSACTION_ID,
            transaction.original_transaction_id.as_deref(),
        ),
        (TRANSACTION_ID, transaction.transaction_id.as_deref()),
        (
            "webOrderLineItemId",
            transaction.web_order_line_item_id.as_deref(),
        ),
        (ENVIRONMENT, Some(environment_name(environment))),
        (TYPE, transaction.kind()),
        (
            "subscriptionGroupIdentifier",
            transaction.subscription_group_identifier.as_deref(),
        ),
        ("inAppOwnershipType", shared),
        ("offerIdentifier", transaction.offer_identifier.as_deref()),
    ];
    let kept = |(name, text): (&str, Option<&str>)| Some((name.to_owned(), bounded(text?)?));
    given.into_iter().filter_map(kept).collect()
}

/// Returns a text if it is fit to be stored.
pub(in crate::apple) fn bounded(text: &str) -> Option<String> {
    let fits =
        !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}
