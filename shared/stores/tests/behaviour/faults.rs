//! What goes wrong, as the simulator is told.

use store_simulator::{Chance, DeliveryFaults, FaultKind, Faults, LookupFault};

use crate::store_under_test::Fault;

/// Every look-up fails like this.
pub fn of_look_ups(fault: Fault) -> Faults {
    let kind = match fault {
        Fault::Hangs => FaultKind::Hang,
        Fault::Fails => FaultKind::Status {
            status: 503,
            retry_after: None,
        },
        Fault::Throttles => FaultKind::Status {
            status: 429,
            retry_after: Some(7),
        },
        Fault::BreaksOff => FaultKind::Malformed,
        Fault::Denies => FaultKind::Status {
            status: 404,
            retry_after: None,
        },
    };
    Faults {
        lookup: vec![LookupFault::always(kind)],
        ..Faults::default()
    }
}

/// Every notification is lost.
pub fn losing() -> Faults {
    delivering(DeliveryFaults {
        drop: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
}

/// Every notification is changed after it was signed.
pub fn changing() -> Faults {
    delivering(DeliveryFaults {
        corrupt: Chance::ALWAYS,
        ..DeliveryFaults::default()
    })
}

fn delivering(delivery: DeliveryFaults) -> Faults {
    Faults {
        delivery,
        ..Faults::default()
    }
}
