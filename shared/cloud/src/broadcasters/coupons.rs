//! Coupon campaigns: each is one generic code of one offer.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, Campaign, OfferId};

use super::{Broadcasters, Page};
use crate::CloudError;
use crate::item::text;

/// Whether a text can be a campaign's code: 2 to 40 letters, digits, `_` and `-`.
#[must_use]
pub fn is_coupon_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (2..=40).contains(&text.len()) && text.bytes().all(fits)
}

impl Broadcasters {
    /// Returns the offer's campaign with a code, compared with its capitals. `code` may be any
    /// text; what can't be a code has no campaign.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn campaign(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
        code: &str,
    ) -> Result<Option<Campaign>, CloudError> {
        // The code comes from a submission as it is. One that is too long for a key would be an
        // error.
        if !is_coupon_code(code) {
            return Ok(None);
        }
        self.get_cached("campaign", broadcaster.as_str(), &coupon_key(offer, code))
            .await
    }

    /// Returns one page of the offer's campaigns, by code.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn campaigns(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
        limit: i32,
        after: Option<&str>,
    ) -> Result<Page<Campaign>, CloudError> {
        let prefix = coupon_key(offer, "");
        self.list("campaign", broadcaster.as_str(), &prefix, limit, after)
            .await
    }

    /// Writes a campaign, or replaces the one with its code. The caller checks that the offer
    /// exists.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_campaign(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
        campaign: &Campaign,
    ) -> Result<(), CloudError> {
        let sk = coupon_key(offer, &campaign.code);
        self.put("campaign", broadcaster.as_str(), &sk, campaign)
            .await
    }

    /// Deletes a campaign and returns whether there was one. Subscriptions that have its discount
    /// keep it.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn delete_campaign(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
        code: &str,
    ) -> Result<bool, CloudError> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(broadcaster.as_str()))
            .key("sk", text(coupon_key(offer, code)))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(|error| CloudError::service("deleting a campaign", error))?;
        Ok(deleted.attributes.is_some())
    }
}

/// Returns the sort key of a campaign. An offer's id contains no `#`, so no offer's keys begin with
/// another's.
pub(super) fn coupon_key(offer: &OfferId, code: &str) -> String {
    format!("coupon#{offer}#{code}")
}

#[cfg(test)]
mod tests {
    use super::is_coupon_code;

    #[test]
    fn a_code_is_2_to_40_letters_digits_underscores_and_hyphens() {
        for right in ["2M", "INTRO2M", "a-b_c", "--", &"x".repeat(40)] {
            assert!(is_coupon_code(right), "{right}");
        }
        for wrong in ["", "x", "a b", "a#b", "a.b", "größe", "½½", &"x".repeat(41)] {
            assert!(!is_coupon_code(wrong), "{wrong}");
        }
    }
}
