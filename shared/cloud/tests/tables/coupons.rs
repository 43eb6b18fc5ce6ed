//! Coupon campaigns.

use cloud::broadcasters::Broadcasters;
use domain::{BroadcasterId, Campaign, Offer, OfferId};
use in_process_aws::InProcessAws;

use crate::{at, broadcaster};

async fn table() -> (InProcessAws, Broadcasters) {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    (aws, table)
}

fn offer_id(id: &str) -> OfferId {
    OfferId::new(id).unwrap()
}

fn campaign(code: &str, percent: u8) -> Campaign {
    Campaign {
        code: code.to_owned(),
        percent,
        cycles: 2,
        valid_from: Some(at("2026-11-01T00:00:00Z")),
        valid_until: None,
    }
}

async fn put(table: &Broadcasters, offer: &str, campaign: &Campaign) {
    table
        .put_campaign(&broadcaster(), &offer_id(offer), campaign)
        .await
        .unwrap();
}

async fn found(table: &Broadcasters, offer: &str, code: &str) -> Option<Campaign> {
    table
        .campaign(&broadcaster(), &offer_id(offer), code)
        .await
        .unwrap()
}

/// All codes of an offer, two at a time.
async fn listed(table: &Broadcasters, offer: &str) -> Vec<String> {
    let mut codes = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = table
            .campaigns(&broadcaster(), &offer_id(offer), 2, after.as_deref())
            .await
            .unwrap();
        assert!(page.rows.len() <= 2);
        codes.extend(page.rows.into_iter().map(|campaign| campaign.code));
        after = page.next;
        if after.is_none() {
            return codes;
        }
    }
}

#[tokio::test]
async fn a_code_is_one_offer_s_and_one_broadcaster_s_and_compared_exactly() {
    let (_aws, table) = table().await;
    let intro = campaign("INTRO2M", 50);
    put(&table, "S1_US", &intro).await;

    assert_eq!(found(&table, "S1_US", "INTRO2M").await, Some(intro));
    for (offer, code) in [
        ("S1_US", "intro2m"),
        ("S1_US", "INTRO2"),
        ("S1_US", "INTRO2M "),
        ("S1", "INTRO2M"),
        ("S2_US", "INTRO2M"),
    ] {
        assert_eq!(found(&table, offer, code).await, None, "{offer} {code}");
    }
    let other = BroadcasterId::new("700100201").unwrap();
    let theirs = table.campaign(&other, &offer_id("S1_US"), "INTRO2M").await;
    assert_eq!(theirs.unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_a_code_has_no_campaign_and_the_table_is_not_asked() {
    let (aws, table) = table().await;
    aws.forget_calls();
    for nonsense in [
        "",
        "x",
        "a b",
        "S1#X",
        "½½",
        &"x".repeat(41),
        &"✓".repeat(255),
    ] {
        assert_eq!(found(&table, "S1_US", nonsense).await, None, "{nonsense}");
    }
    assert!(aws.calls().is_empty());
}

#[tokio::test]
async fn a_code_has_one_campaign_the_last() {
    let (_aws, table) = table().await;
    put(&table, "S1_US", &campaign("INTRO", 50)).await;
    let last = Campaign {
        valid_from: None,
        ..campaign("INTRO", 20)
    };
    put(&table, "S1_US", &last).await;
    assert_eq!(found(&table, "S1_US", "INTRO").await, Some(last));
    assert_eq!(listed(&table, "S1_US").await, ["INTRO"]);
}

#[tokio::test]
async fn an_offer_s_campaigns_are_listed_page_by_page_and_nothing_else_is() {
    let (_aws, table) = table().await;
    for code in ["E5", "A1", "C3", "B2", "D4"] {
        put(&table, "S1_US", &campaign(code, 10)).await;
    }
    put(&table, "S1", &campaign("OTHER", 10)).await;
    put(&table, "S1_US2", &campaign("OTHER", 10)).await;
    assert_eq!(
        listed(&table, "S1_US").await,
        ["A1", "B2", "C3", "D4", "E5"]
    );
    assert_eq!(listed(&table, "S3_US").await, [""; 0]);
}

#[tokio::test]
async fn a_deleted_campaign_is_gone_and_deleting_it_again_says_so() {
    let (_aws, table) = table().await;
    put(&table, "S1_US", &campaign("INTRO", 50)).await;
    put(&table, "S2_US", &campaign("INTRO", 50)).await;
    let delete = async || {
        table
            .delete_campaign(&broadcaster(), &offer_id("S1_US"), "INTRO")
            .await
            .unwrap()
    };

    assert!(delete().await);

    assert!(!delete().await);
    assert_eq!(found(&table, "S1_US", "INTRO").await, None);
    assert!(found(&table, "S2_US", "INTRO").await.is_some());
}

#[tokio::test]
async fn an_offer_takes_its_campaigns_with_it_however_many_they_are() {
    let (_aws, table) = table().await;
    for campaigns in [0, 1, 50, 51, 120] {
        put_offer(&table, "S1_US").await;
        put_offer(&table, "S1").await;
        put(&table, "S1", &campaign("INTRO", 50)).await;
        for number in 0..campaigns {
            put(&table, "S1_US", &campaign(&format!("CODE{number:03}"), 50)).await;
        }

        let id = offer_id("S1_US");
        assert!(table.delete_offer(&broadcaster(), &id).await.unwrap());

        assert_eq!(listed(&table, "S1_US").await, [""; 0], "of {campaigns}");
        assert_eq!(listed(&table, "S1").await, ["INTRO"]);
        let left = table.offer(&broadcaster(), &id).await.unwrap();
        assert_eq!(left, None);
    }
}

#[tokio::test]
async fn changing_an_offer_leaves_its_campaigns() {
    let (_aws, table) = table().await;
    put_offer(&table, "S1_US").await;
    put(&table, "S1_US", &campaign("INTRO", 50)).await;
    put_offer(&table, "S1_US").await;
    assert_eq!(listed(&table, "S1_US").await, ["INTRO"]);
}

async fn put_offer(table: &Broadcasters, id: &str) {
    let offer = Offer {
        offer_id: offer_id(id),
        title: id.to_owned(),
        package_name: id.to_owned(),
        tags: Default::default(),
        trial: None,
        rental: None,
        price: None,
        product_ids: Default::default(),
    };
    let put = table.put_offer(&broadcaster(), &offer).await.unwrap();
    assert_eq!(put, Ok(()));
}
