use domain::{Campaign, NamedCoupon};

/// A quarter off the first two cycles.
pub fn campaign() -> Campaign {
    Campaign {
        code: "INTRO2M".to_owned(),
        percent: 25,
        cycles: 2,
        valid_from: None,
        valid_until: None,
    }
}

/// Its code, as it comes with a purchase.
pub fn named(campaign: Campaign) -> NamedCoupon {
    NamedCoupon {
        code: campaign.code.clone(),
        campaign: Some(campaign),
    }
}

/// The code of that campaign.
pub fn intro() -> NamedCoupon {
    named(campaign())
}
