//! Notifications: Samsung Checkout for televisions sends none.

use crate::NotificationError;
use domain::StoreNotification;

/// Refuses whatever arrives, because nothing could prove that Samsung sent it.
pub(crate) fn read_notification() -> Result<StoreNotification, NotificationError> {
    Err(NotificationError::Forged)
}
