//! Reasons for which a proven notification has no effect.

/// Reason for accepting a notification and dropping it. It is a value of a metric's dimension, so
/// there is a fixed set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ignored {
    /// A test that somebody requested from the store.
    TestNotification,
    /// A summary of several renewals, which names no transaction.
    Summary,
    /// About the app itself.
    AppData,
    /// About a purchase outside the store.
    ExternalPurchase,
    /// Without the transaction that its kind normally has.
    NoTransaction,
    /// Of a kind that is not known.
    UnknownKind,
    /// About a purchase that is shared, where these are not wanted.
    FamilySharing,
    /// A review of a refund that is still pending.
    PendingRefundReview,
    /// A test that somebody sent from the store's dashboard.
    TestMessage,
    /// About a channel that is not configured.
    OtherChannel,
    /// A credit, which changes no purchase.
    ServiceCredit,
    /// The store has withdrawn signing keys; they are fetched again when they are needed.
    KeysInvalidated,
    /// Not about a purchase.
    OtherTypeOfMessage,
    /// The address was confirmed automatically.
    Confirmed,
    /// The address no longer receives a topic.
    Unsubscribed,
    /// Of live mode where test mode is configured, or the reverse.
    OtherMode,
    /// About another connected account.
    OtherAccount,
    /// Information without a change of the purchase.
    Information,
    /// About a customer.
    Customer,
    /// About the store's own entitlements.
    Entitlements,
    /// About a checkout that sold nothing.
    NothingSold,
    /// About a checkout of an unknown mode.
    UnknownMode,
    /// About an invoice that belongs to no subscription.
    NoSubscription,
    /// About an invoice whose parent is of an unknown kind.
    UnknownParent,
    /// About a refund or a dispute that names no payment.
    NoPayment,
    /// About another application, proven to come from the broadcaster's own subscription.
    OtherApplication,
}

impl Ignored {
    /// All reasons.
    pub const ALL: [Self; 26] = [
        Self::TestNotification,
        Self::Summary,
        Self::AppData,
        Self::ExternalPurchase,
        Self::NoTransaction,
        Self::UnknownKind,
        Self::FamilySharing,
        Self::PendingRefundReview,
        Self::TestMessage,
        Self::OtherChannel,
        Self::ServiceCredit,
        Self::KeysInvalidated,
        Self::OtherTypeOfMessage,
        Self::Confirmed,
        Self::Unsubscribed,
        Self::OtherMode,
        Self::OtherAccount,
        Self::Information,
        Self::Customer,
        Self::Entitlements,
        Self::NothingSold,
        Self::UnknownMode,
        Self::NoSubscription,
        Self::UnknownParent,
        Self::NoPayment,
        Self::OtherApplication,
    ];

    /// Returns the text for the log and for the metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TestNotification => "test notification",
            Self::Summary => "summary",
            Self::AppData => "app data",
            Self::ExternalPurchase => "external purchase",
            Self::NoTransaction => "no transaction",
            Self::UnknownKind => "unknown kind",
            Self::FamilySharing => "family sharing",
            Self::PendingRefundReview => "pending refund review",
            Self::TestMessage => "test message",
            Self::OtherChannel => "other channel",
            Self::ServiceCredit => "service credit",
            Self::KeysInvalidated => "keys invalidated",
            Self::OtherTypeOfMessage => "other type of message",
            Self::Confirmed => "confirmed",
            Self::Unsubscribed => "unsubscribed",
            Self::OtherMode => "other mode",
            Self::OtherAccount => "other account",
            Self::Information => "information",
            Self::Customer => "customer",
            Self::Entitlements => "entitlements",
            Self::NothingSold => "nothing sold",
            Self::UnknownMode => "unknown mode",
            Self::NoSubscription => "no subscription",
            Self::UnknownParent => "unknown parent",
            Self::NoPayment => "no payment",
            Self::OtherApplication => "other application",
        }
    }
}
