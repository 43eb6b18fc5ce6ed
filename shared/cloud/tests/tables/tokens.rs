//! Publisher tokens.

use cloud::broadcasters::{Broadcasters, TokenRecord};
use cloud::token::PublisherToken;
use in_process_aws::InProcessAws;

use crate::{at, broadcaster};

fn record(name: &str, token: &PublisherToken) -> TokenRecord {
    TokenRecord {
        name: name.to_owned(),
        hash: token.hash(),
        issued_at: at("2026-12-05T09:30:00Z"),
    }
}

#[tokio::test]
async fn several_tokens_live_at_once_and_each_can_be_revoked() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let tokens = [(); 2].map(|()| PublisherToken::generate().unwrap());
    for (name, token) in ["old", "new"].iter().zip(&tokens) {
        assert!(
            table
                .put_token(&broadcaster(), &record(name, token))
                .await
                .unwrap()
        );
    }
    for token in &tokens {
        assert_eq!(table.owner_of(token).await.unwrap(), Some(broadcaster()));
    }

    assert!(table.delete_token(&broadcaster(), "old").await.unwrap());

    assert!(!table.delete_token(&broadcaster(), "old").await.unwrap());
    assert_eq!(table.owner_of(&tokens[0]).await.unwrap(), None);
    assert_eq!(
        table.owner_of(&tokens[1]).await.unwrap(),
        Some(broadcaster())
    );
    let listed = table.tokens(&broadcaster()).await.unwrap().rows;
    assert_eq!(listed, [record("new", &tokens[1])]);
}

#[tokio::test]
async fn a_name_that_is_taken_changes_nothing() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let [first, second] = [(); 2].map(|()| PublisherToken::generate().unwrap());
    table
        .put_token(&broadcaster(), &record("server", &first))
        .await
        .unwrap();

    assert!(
        !table
            .put_token(&broadcaster(), &record("server", &second))
            .await
            .unwrap()
    );

    assert_eq!(table.owner_of(&second).await.unwrap(), None);
    assert_eq!(table.owner_of(&first).await.unwrap(), Some(broadcaster()));
}

#[tokio::test]
async fn only_hashes_are_stored() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let token = PublisherToken::generate().unwrap();
    table
        .put_token(&broadcaster(), &record("server", &token))
        .await
        .unwrap();
    let all = aws.dynamodb("Scan", serde_json::json!({"TableName": "broadcasters"}));
    assert!(!all.to_string().contains(token.reveal()));
    assert!(all.to_string().contains(&token.hash()));
}
