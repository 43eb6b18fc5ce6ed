//! What the store's documents leave open, and how long it waits.

/// How the store behaves where its documents are silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Length of a grace period in seconds.
    pub grace_seconds: u64,
    /// Without auto-renewal, `cancelDate` shows the coming end; otherwise it is null until then.
    pub cancel_date_when_off: bool,
    /// `cancelReason` of a subscription that ended because auto-renewal was off.
    pub lapse_reason: Option<u8>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            grace_seconds: 5 * 86_400,
            cancel_date_when_off: true,
            lapse_reason: Some(1),
        }
    }
}
