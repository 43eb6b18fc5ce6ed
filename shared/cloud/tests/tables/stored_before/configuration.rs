//! Table of broadcasters.

use cloud::broadcasters::Broadcasters;
use cloud::token::PublisherToken;
use domain::{OfferId, Store};
use in_process_aws::TOKEN;

use super::Tables;
use crate::broadcaster;

#[tokio::test]
async fn configuration_is_read_and_written_unchanged() {
    let fixture = include_str!("../fixtures/stored/broadcasters.json");
    let tables = Tables::with("broadcasters", fixture).await;
    let before = Broadcasters::from_environment(&tables.before.aws()).unwrap();
    let after = Broadcasters::from_environment(&tables.after.aws()).unwrap();
    let id = broadcaster();

    let profile = before.profile(&id).await.unwrap().unwrap();
    after.put_profile(&profile).await.unwrap();
    let keys = before.keys(&id).await.unwrap().unwrap();
    after.put_keys(&id, &keys).await.unwrap();
    for token in before.tokens(&id).await.unwrap().rows {
        assert!(after.put_token(&id, &token).await.unwrap());
    }
    for offer in before.offers(&id, 10, None).await.unwrap().rows {
        assert_eq!(after.put_offer(&id, &offer).await.unwrap(), Ok(()));
        let campaigns = before.campaigns(&id, &offer.offer_id, 10, None);
        for campaign in campaigns.await.unwrap().rows {
            let put = after.put_campaign(&id, &offer.offer_id, &campaign);
            put.await.unwrap();
        }
    }
    for endpoint in before.endpoints(&id, 10, None).await.unwrap().rows {
        after.put_endpoint(&id, &endpoint).await.unwrap();
    }
    let rule = before.claim_rule(&id, Store::Apple).await.unwrap();
    after
        .put_claim_rule(&id, Store::Apple, &rule)
        .await
        .unwrap();
    for request in before.confirmations(&id, Store::Amazon).await.unwrap() {
        let put = after.put_confirmation(&id, Store::Amazon, &request, |_| false);
        put.await.unwrap();
    }
    let deletion = before.deletion(&id).await.unwrap().unwrap();
    after.put_deletion(&id, &deletion).await.unwrap();
    tables.assert_unchanged();
}

#[tokio::test]
async fn what_is_found_by_another_key_is_found() {
    let fixture = include_str!("../fixtures/stored/broadcasters.json");
    let tables = Tables::with("broadcasters", fixture).await;
    let table = Broadcasters::from_environment(&tables.before.aws()).unwrap();
    let token = PublisherToken::received(TOKEN).unwrap();
    let broadcaster = broadcaster();
    assert_eq!(
        table.owner_of(&token).await.unwrap().as_ref(),
        Some(&broadcaster)
    );

    let id = OfferId::new("S300200111_US").unwrap();
    let offer = table.offer(&broadcaster, &id).await.unwrap().unwrap();
    for (store, product) in &offer.product_ids {
        let found = table.offer_of_product(&broadcaster, *store, product);
        assert_eq!(found.await.unwrap(), Some(offer.reference()));
    }
}
