//! Form of the web service's responses where Roku's documents are unclear.

use serde::{Deserialize, Serialize};

/// Ids of a purchase by which a look-up shows its current state. The store does not document it; by
/// the others a look-up shows the state of their own period: entitled until its end, not cancelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fresh {
    /// All ids.
    #[default]
    Every,
    /// That of the last charge, and later ones.
    Latest,
    /// That of the first transaction.
    Original,
}

/// Spelling of `purchaseStatus`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StatusStyle {
    /// As `PendingActive`.
    #[default]
    Joined,
    /// As `Pending_Active`.
    Underscored,
}

/// Form of the responses where the store's documents are silent or contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerForm {
    /// Ids that show the current state of a purchase.
    pub fresh: Fresh,
    /// Restricts look-ups to the ids of charges, without those of cancellations, grace and similar
    /// events.
    pub only_charges: bool,
    /// Value of `isEntitled` for a downgrade that has not begun.
    pub pending_active_entitled: bool,
    /// Text after the milliseconds of dates; may be empty.
    pub date_offset: String,
    /// Writes dates with `\/`.
    pub escaped_slashes: bool,
    /// Writes `channelId` as text, not as a number.
    pub channel_id_as_text: bool,
    /// Spelling of `purchaseStatus`.
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
