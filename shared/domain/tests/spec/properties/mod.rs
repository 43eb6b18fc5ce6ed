//! What holds for every history of a subscription, in whatever order it is seen.

mod any_state;
mod counting;
mod history;
mod looking;
mod order;
mod ownership;
mod periods;
mod playing;
mod random;
mod receiver;
mod receiver_view;
mod steps;
mod storage;
