//! History of a customer's transactions: query and pages.

use super::{
    apple_error::AppleError,
    model::{Purchase, Transaction},
};

/// Query of a history. Of a repeated parameter, any value may match.
#[derive(Default)]
pub(super) struct HistoryQuery {
    start: Option<i64>,
    end: Option<i64>,
    product_ids: Vec<String>,
    product_types: Vec<String>,
    groups: Vec<String>,
    ownership: Option<String>,
    revoked: Option<bool>,
    descending: bool,
    revision: Option<u64>,
}

impl HistoryQuery {
    /// Parses a query; unknown parameters are ignored.
    pub(super) fn parse(query: &str) -> Result<Self, AppleError> {
        let mut parsed = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let wrong = AppleError::new;
            let value = value.into_owned();
            match &*name {
                "startDate" => parsed.start = Some(value.parse().map_err(|_| wrong(4_000_015))?),
                "endDate" => parsed.end = Some(value.parse().map_err(|_| wrong(4_000_016))?),
                "productId" => parsed.product_ids.push(value),
                "productType" => parsed.product_types.push(checked(
                    value,
                    &[
                        "AUTO_RENEWABLE",
                        "NON_RENEWABLE",
                        "CONSUMABLE",
                        "NON_CONSUMABLE",
                    ],
                    4_000_022,
                )?),
                "subscriptionGroupIdentifier" => parsed.groups.push(value),
                "inAppOwnershipType" => {
                    let owned = checked(value, &["PURCHASED", "FAMILY_SHARED"], 4_000_026)?;
                    parsed.ownership = Some(owned);
                }
                "revoked" => {
                    parsed.revoked = Some(value.parse().map_err(|_| wrong(4_000_030))?);
                }
                "sort" => {
                    let sort = checked(value, &["ASCENDING", "DESCENDING"], 4_000_021)?;
                    parsed.descending = sort == "DESCENDING";
                }
                "revision" => {
                    parsed.revision = Some(read_revision(&value).ok_or(wrong(4_000_005))?);
                }
                _ => {}
            }
        }
        if parsed
            .start
            .zip(parsed.end)
            .is_some_and(|(start, end)| end < start)
        {
            return Err(AppleError::new(4_000_013));
        }
        Ok(parsed)
    }

    fn fits(&self, purchase: &Purchase, transaction: &Transaction) -> bool {
        let any = |given: &[String], value: &str| {
            given.is_empty() || given.iter().any(|one| one == value)
        };
        let at = transaction.purchase_date.as_millisecond();
        let group = purchase.group_id.as_deref().unwrap_or_default();
        let ownership = purchase.ownership.as_str();
        let revoked = transaction.revocation.is_some();
        any(&self.product_ids, &transaction.product_id)
            && any(&self.product_types, purchase.kind.query_name())
            && any(&self.groups, group)
            && self.start.is_none_or(|start| start <= at)
            && self.end.is_none_or(|end| at < end)
            && self
                .ownership
                .as_deref()
                .is_none_or(|only| only == ownership)
            && self.revoked.is_none_or(|only| only == revoked)
    }

    /// Returns one page: whether there is more, the revision to continue from, and the
    /// transactions.
    pub(super) fn page<'a>(
        &self,
        purchases: impl Iterator<Item = &'a Purchase>,
        size: usize,
    ) -> Page<'a> {
        let all = purchases.flat_map(|purchase| {
            let transactions = purchase.transactions.iter();
            transactions.map(move |transaction| (purchase, transaction))
        });
        let comes_after = |revision: u64| match self.revision {
            None => true,
            Some(last) if self.descending => revision < last,
            Some(last) => revision > last,
        };
        let mut all: Vec<_> = all
            .filter(|(purchase, transaction)| {
                self.fits(purchase, transaction) && comes_after(transaction.revision)
            })
            .collect();
        all.sort_by_key(|(_, transaction)| transaction.revision);
        if self.descending {
            all.reverse();
        }
        let has_more = all.len() > size;
        all.truncate(size);
        let last = all.last().map(|(_, transaction)| transaction.revision);
        Page {
            revision: write_revision(last.or(self.revision).unwrap_or_default()),
            has_more,
            transactions: all,
        }
    }
}

/// Page of a customer's transactions.
pub(super) struct Page<'a> {
    pub(super) revision: String,
    pub(super) has_more: bool,
    pub(super) transactions: Vec<(&'a Purchase, &'a Transaction)>,
}

fn checked(value: String, allowed: &[&str], code: u64) -> Result<String, AppleError> {
    if allowed.contains(&value.as_str()) {
        return Ok(value);
    }
    Err(AppleError::new(code))
}

fn write_revision(revision: u64) -> String {
    format!("{revision:016x}_revision")
}

fn read_revision(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_suffix("_revision")?, 16).ok()
}
