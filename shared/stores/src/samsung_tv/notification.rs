//! Samsung Checkout for televisions sends nothing.

use crate::{NotificationError, StoreNotification};

/// Whatever arrives, nothing proves that Samsung sent it.
pub(crate) fn read_notification() -> Result<StoreNotification, NotificationError> {
    Err(NotificationError::Forged)
}
