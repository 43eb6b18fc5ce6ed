//! Lists, which Stripe returns page by page.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::LookUpError;
use crate::connectors::stripe::client::{ApiClient, Query, beside, read};
use crate::connectors::stripe::wire::{List, Listed, malformed};

/// Reason for which a list gave no entries.
#[derive(Debug)]
pub(in crate::connectors::stripe) enum ListError {
    /// A page could not be read.
    LookUp(LookUpError),
    /// The list has more pages than are read; names its entries.
    TooLong(&'static str),
}

/// Largest page of a list in bytes: each entry is a whole object.
pub(in crate::connectors::stripe) const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// Number of pages of a list that are read. No entry of a longer list counts, because its first
/// part may mean the opposite of the whole.
const MOST_PAGES: usize = 20;

/// Largest number of entries of a page.
pub(in crate::connectors::stripe) const FULL_PAGE: (&str, &str) = ("limit", "100");

/// Pages of one list, in Stripe's order.
pub(in crate::connectors::stripe) struct Pages<'a, T> {
    api: &'a ApiClient<'a>,
    /// Name of the entries, for errors and logs.
    entries: &'static str,
    path: &'a str,
    query: &'a Query<'a>,
    after: Option<String>,
    has_more: bool,
    left: usize,
    listed: PhantomData<T>,
}

impl<'a, T: DeserializeOwned + Listed> Pages<'a, T> {
    pub(in crate::connectors::stripe) fn new(
        api: &'a ApiClient<'a>,
        entries: &'static str,
        path: &'a str,
        query: &'a Query<'a>,
    ) -> Self {
        Self {
            api,
            entries,
            path,
            query,
            after: None,
            has_more: true,
            left: MOST_PAGES,
            listed: PhantomData,
        }
    }

    /// Reads the next page; `None` after the last one.
    pub(in crate::connectors::stripe) async fn next(
        &mut self,
    ) -> Result<Option<Vec<T>>, ListError> {
        if !self.has_more {
            return Ok(None);
        }
        let Some(left) = self.left.checked_sub(1) else {
            let entries = self.entries;
            tracing::error!(
                store = "stripe",
                entries,
                "a list has more pages than are read"
            );
            return Err(ListError::TooLong(entries));
        };
        self.left = left;
        let mut query = self.query.to_vec();
        query.extend(self.after.as_deref().map(|last| ("starting_after", last)));
        let answer = self.api.send_for_at_most(LARGEST_PAGE, self.path, &query);
        let page: List<T> = read(&answer.await?).map_err(beside)?;
        self.go_on_behind(&page)?;
        Ok(Some(page.data))
    }

    /// Reads all remaining entries.
    pub(in crate::connectors::stripe) async fn rest(mut self) -> Result<Vec<T>, ListError> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page);
        }
        Ok(all)
    }

    /// Completes a list whose first page was part of another object.
    pub(in crate::connectors::stripe) async fn complete(
        mut self,
        list: &mut List<T>,
    ) -> Result<(), ListError> {
        self.go_on_behind(list)?;
        list.data.extend(self.rest().await?);
        list.has_more = false;
        Ok(())
    }

    fn go_on_behind(&mut self, page: &List<T>) -> Result<(), LookUpError> {
        self.has_more = page.has_more;
        if page.has_more {
            let last = page.data.last().and_then(Listed::id);
            // A page that ends where the one before ended would be requested for ever.
            let last = last.filter(|id| !id.is_empty() && self.after.as_deref() != Some(*id));
            let last = last.ok_or_else(|| malformed("a list has more and names no last entry"))?;
            self.after = Some(last.to_owned());
        }
        Ok(())
    }
}

impl From<LookUpError> for ListError {
    fn from(error: LookUpError) -> Self {
        Self::LookUp(error)
    }
}

impl From<ListError> for LookUpError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::LookUp(error) => error,
            ListError::TooLong(entries) => {
                malformed(&format!("it has more {entries} than are read"))
            }
        }
    }
}
