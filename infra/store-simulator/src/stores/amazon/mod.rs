//! The Amazon Appstore, as `docs/stores/amazon.md` describes it: the receipt verification service
//! and real-time notifications, which Amazon SNS delivers in signed envelopes.
//!
//! The states of receipts and their changes are in [`model`], which needs no HTTP.

mod address;
mod app;
mod bodies;
mod certificate;
mod configuration;
mod control;
mod custom;
mod envelope;
mod forgery;
mod forging;
mod issued_token;
pub mod model;
mod published_certificates;
mod routes;
mod rsa_sha1;
mod sending;
mod service_pages;
mod subscription;
mod topic;
mod verification;

pub use bodies::{ActionOutcome, Calls, Endpoint, LookUps, PublishedCertificate, SentMessage};
pub use certificate::CertificateKind;
pub use configuration::{Configuration, Slashes};
pub use control::{Amazon, AmazonControl};
pub use custom::{CustomMessage, MessageKind, SignWith};
pub use forgery::Forgery;

pub(crate) use routes::router;
