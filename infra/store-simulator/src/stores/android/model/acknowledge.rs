//! Acknowledgements by the developer.

use jiff::Timestamp;

use super::{ActionError, Purchase, State};

/// Owner that an acknowledgement names for a purchase that was made outside of the app.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NamedOwner {
    /// Obfuscated account id.
    pub account_id: Option<String>,
    /// Obfuscated profile id.
    pub profile_id: Option<String>,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for NamedOwner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NamedOwner(..)")
    }
}

/// Reason why an acknowledgement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AcknowledgeError {
    /// No purchase has this token.
    #[error("there is no purchase with this token")]
    UnknownPurchase,
    /// The purchase ended more than 60 days ago.
    #[error("the purchase is no longer available")]
    Gone,
    /// The purchase is of another product.
    #[error("the purchase is not of this product")]
    WrongProduct,
    /// The purchase is not paid.
    #[error("the purchase is not paid")]
    NotOwned,
    /// The purchase ended without an acknowledgement.
    #[error("the purchase has ended")]
    Expired,
}

impl Purchase {
    /// Acknowledges the purchase as the app does; this is not counted among the server's calls.
    pub(super) fn acknowledge_by_app(&mut self, now: Timestamp) -> Result<(), ActionError> {
        let product = self.main_item()?.product_id.clone();
        self.acknowledge(&product, &NamedOwner::default(), now)
            .map_err(|_refused| ActionError::WrongState(self.state))
    }

    /// Records the acknowledgement; repeating it changes nothing.
    pub(super) fn acknowledge(
        &mut self,
        product_id: &str,
        owner: &NamedOwner,
        now: Timestamp,
    ) -> Result<(), AcknowledgeError> {
        if !self.items.iter().any(|item| item.product_id == product_id) {
            return Err(AcknowledgeError::WrongProduct);
        }
        if self.acknowledged {
            return Ok(());
        }
        match self.state_at(now) {
            State::Pending | State::PendingPurchaseCanceled => Err(AcknowledgeError::NotOwned),
            State::Expired => Err(AcknowledgeError::Expired),
            _ => {
                self.acknowledged = true;
                self.acknowledge_by = None;
                self.out_of_app = None;
                self.account_id = owner.account_id.clone().or(self.account_id.take());
                self.profile_id = owner.profile_id.clone().or(self.profile_id.take());
                Ok(())
            }
        }
    }
}
