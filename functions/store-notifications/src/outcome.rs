//! Outcomes of notifications, which are a dimension of a metric.

use stores::Ignored;

/// Outcome of a request to a notification address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A verification is queued.
    Queued,
    /// The request to confirm the address is stored for the broadcaster.
    ToBeConfirmed,
    /// It is proven and has no effect.
    Ignored(Ignored),
    /// It is proven and can't be read; it is stored as a dead letter.
    Unreadable,
    /// Nothing proves that the store sent it.
    Forged,
    /// It is about another application.
    OtherApplication,
    /// Its origin can't be verified now.
    Unproven,
    /// The broadcaster does not exist or has not configured the store.
    UnknownBroadcaster,
}

impl Outcome {
    /// Every outcome except for the reasons of [`Ignored`].
    pub const FOR_ALL_STORES: [Self; 7] = [
        Self::Queued,
        Self::ToBeConfirmed,
        Self::Unreadable,
        Self::Forged,
        Self::OtherApplication,
        Self::Unproven,
        Self::UnknownBroadcaster,
    ];

    /// Returns the text for the log and the metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::ToBeConfirmed => "to be confirmed",
            Self::Ignored(why) => why.as_str(),
            Self::Unreadable => "unreadable",
            Self::Forged => "forged",
            Self::OtherApplication => "other application",
            Self::Unproven => "unproven",
            Self::UnknownBroadcaster => "unknown broadcaster",
        }
    }
}
