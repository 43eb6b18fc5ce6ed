//! Authentication of callers: a broadcaster's server or a customer's app.

use domain::{BroadcasterId, CustomerId};
use lambda_http::Request;

use crate::CloudError;
use crate::api::{self, ApiError, header_text};
use crate::broadcasters::Broadcasters;
use crate::jwt;
use crate::token::PublisherToken;

/// Authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A broadcaster's server, by publisher token. Its requests name customers.
    Publisher(BroadcasterId),
    /// A customer's app, by JWT.
    Customer {
        /// The tenant.
        broadcaster: BroadcasterId,
        /// The customer.
        customer: CustomerId,
    },
}

impl Caller {
    /// Returns the tenant.
    #[must_use]
    pub const fn broadcaster(&self) -> &BroadcasterId {
        match self {
            Self::Publisher(broadcaster) | Self::Customer { broadcaster, .. } => broadcaster,
        }
    }

    /// Returns the customer that the request is about. An app speaks for its own customer only; a
    /// server must name one.
    ///
    /// # Errors
    /// The error that `missing` builds if a server names nobody; 403 if an app names somebody else.
    pub fn customer(
        &self,
        named: Option<CustomerId>,
        missing: impl FnOnce() -> ApiError,
    ) -> Result<CustomerId, ApiError> {
        match (self, named) {
            (Self::Publisher(_), Some(named)) => Ok(named),
            (Self::Publisher(_), None) => Err(missing()),
            (Self::Customer { customer, .. }, Some(named)) if named != *customer => Err(
                ApiError::forbidden("customerId must be the customer of the token"),
            ),
            (Self::Customer { customer, .. }, _) => Ok(customer.clone()),
        }
    }
}

/// Authenticates a caller by `X-Publisher-Token` or `Authorization: Bearer`.
///
/// # Errors
/// 401 `AUTH0001` without credentials, 401 `AUTH0002` if they prove nothing.
pub async fn caller(request: &Request, broadcasters: &Broadcasters) -> Result<Caller, ApiError> {
    // A publisher token comes first: a server that also forwards its customer's JWT acts for
    // itself.
    if credentials(request, "x-publisher-token").is_some() {
        return publisher(request, broadcasters)
            .await
            .map(Caller::Publisher);
    }
    let header = credentials(request, "authorization").ok_or_else(ApiError::credentials_missing)?;
    let token = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(ApiError::credentials_invalid)?;
    // The token names the broadcaster whose keys verify it. Nothing else is taken from it before
    // that.
    let broadcaster =
        jwt::claimed_broadcaster(token).map_err(|_| ApiError::credentials_invalid())?;
    let mut customer = proven_customer(token, &broadcaster, broadcasters).await?;
    if customer.is_none() && broadcasters.reads_credentials_again(&broadcaster) {
        customer = proven_customer(token, &broadcaster, broadcasters).await?;
    }
    let customer = customer.ok_or_else(ApiError::credentials_invalid)?;
    api::concerns_broadcaster(&broadcaster);
    Ok(Caller::Customer {
        broadcaster,
        customer,
    })
}

/// Returns the customer whom a token proves by the broadcaster's keys, if it proves one.
async fn proven_customer(
    token: &str,
    broadcaster: &BroadcasterId,
    broadcasters: &Broadcasters,
) -> Result<Option<CustomerId>, CloudError> {
    let (keys, profile) = tokio::try_join!(
        broadcasters.keys(broadcaster),
        broadcasters.profile(broadcaster)
    )?;
    // A broadcaster without keys is answered like a bad signature, so that ids can't be probed.
    let (Some(keys), Some(profile)) = (keys, profile) else {
        return Ok(None);
    };
    let audience = profile.settings.customer_token_audience.as_deref();
    Ok(jwt::verify(token, &keys, broadcaster, audience).ok())
}

/// Authenticates a broadcaster's server. A customer's JWT is not accepted.
///
/// # Errors
/// 401 `AUTH0001` without the header, 401 `AUTH0002` if no broadcaster has the token.
pub async fn publisher(
    request: &Request,
    broadcasters: &Broadcasters,
) -> Result<BroadcasterId, ApiError> {
    let text =
        credentials(request, "x-publisher-token").ok_or_else(ApiError::credentials_missing)?;
    // The length is checked before the table is read: arbitrary text must not cost a read.
    let token = PublisherToken::received(text).ok_or_else(ApiError::credentials_invalid)?;
    let broadcaster = broadcasters
        .owner_of(&token)
        .await?
        .ok_or_else(ApiError::credentials_invalid)?;
    api::concerns_broadcaster(&broadcaster);
    Ok(broadcaster)
}

/// Returns a header with credentials. An empty one counts as absent, because clients send it where
/// a variable is not set.
fn credentials<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    header_text(request, name).filter(|text| !text.trim().is_empty())
}
