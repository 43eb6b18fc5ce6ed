//! Where this API is reached from outside.

use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

/// The part of our addresses that comes before the path.
pub(crate) struct Addresses {
    base: String,
}

impl Addresses {
    /// As the caller reached us: the domain and, unless it is the default one, the stage.
    pub(crate) fn of(request: &Request) -> Self {
        let (domain, stage) = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                (context.domain_name.as_deref(), context.stage.as_deref())
            }
            _ => (None, None),
        };
        let domain = domain.unwrap_or("localhost");
        let stage = match stage {
            None | Some("$default") => String::new(),
            Some(stage) => format!("/{stage}"),
        };
        Self {
            base: format!("https://{domain}{stage}"),
        }
    }

    pub(crate) fn of_path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
