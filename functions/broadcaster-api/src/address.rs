//! Public address of this API.

use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

/// Scheme, host and stage that precede a path in the public address.
pub(crate) struct Addresses {
    base: String,
}

impl Addresses {
    /// Reads domain and stage from the request, as the caller addressed it.
    pub(crate) fn of(request: &Request) -> Self {
        let (domain, stage) = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                (context.domain_name.as_deref(), context.stage.as_deref())
            }
            _ => (None, None),
        };
        // Invocations without a request context come from tests only.
        let domain = domain.unwrap_or("localhost");
        let stage = match stage {
            // API Gateway serves the default stage at the root, and every other one below its name.
            None | Some("$default") => String::new(),
            Some(stage) => format!("/{stage}"),
        };
        Self {
            base: format!("https://{domain}{stage}"),
        }
    }

    /// Returns the full URL of a path that begins with `/`.
    pub(crate) fn of_path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
