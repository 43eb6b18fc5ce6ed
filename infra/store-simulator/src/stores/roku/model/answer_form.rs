//! What is open about the web service's answers.

use serde::{Deserialize, Serialize};

/// Which ids of a purchase show how it stands now. The store does not say; by the others a
/// look-up shows what their own period was: entitled until its end, not cancelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fresh {
    /// All.
    #[default]
    Every,
    /// The last charge's, and later ones.
    Latest,
    /// The first transaction's.
    Original,
}

/// How `purchaseStatus` is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StatusStyle {
    /// As `PendingActive`.
    #[default]
    Joined,
    /// As `Pending_Active`.
    Underscored,
}

/// Where the store's documents leave open, or say two things, what an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerForm {
    /// Which ids show how a purchase stands now.
    pub fresh: Fresh,
    /// Only the ids of charges can be looked up, not those of cancellations, grace and the like.
    pub only_charges: bool,
    /// `isEntitled` of a downgrade that has not begun.
    pub pending_active_entitled: bool,
    /// Stands behind the milliseconds of dates; may be empty.
    pub date_offset: String,
    /// Dates are written with `\/`.
    pub escaped_slashes: bool,
    /// `channelId` is text, not a number.
    pub channel_id_as_text: bool,
    /// How `purchaseStatus` is written.
    pub status_style: StatusStyle,
}

impl Default for AnswerForm {
    fn default() -> Self {
        Self {
            fresh: Fresh::Every,
            only_charges: false,
            pending_active_entitled: true,
            date_offset: "+0000".to_owned(),
            escaped_slashes: false,
            channel_id_as_text: false,
            status_style: StatusStyle::Joined,
        }
    }
}
