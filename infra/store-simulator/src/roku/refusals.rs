//! How the control API says why something is not possible.

use axum::http::StatusCode;

use super::{model::ActionError, sending::ReplayError, signing_key::KeyError};
use crate::refusal::Refusal;

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::NoChannel
            | ActionError::UnknownChannel(_)
            | ActionError::UnknownPlan(_)
            | ActionError::Amount(_)
            | ActionError::Period(_) => StatusCode::BAD_REQUEST,
            ActionError::Exists
            | ActionError::NothingToRefund
            | ActionError::BasicRecovery
            | ActionError::InTrial
            | ActionError::NoUpgrade
            | ActionError::NoOffer
            | ActionError::DisputeOrder
            | ActionError::WrongState(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<ReplayError> for Refusal {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Window => Self::bad_request(error),
            ReplayError::Key(error) => error.into(),
        }
    }
}
