//! Publisher tokens.

use cloud::CloudError;
use cloud::broadcasters::{Broadcasters, TokenRecord};
use cloud::token::PublisherToken;
use in_process_aws::{InProcessAws, Refusal};
use serde_json::json;

use crate::{at, broadcaster};

fn record(name: &str, token: &PublisherToken) -> TokenRecord {
    TokenRecord {
        name: name.to_owned(),
        hash: token.hash(),
        issued_at: at("2026-12-05T09:30:00Z"),
        expires_at: None,
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

#[tokio::test]
async fn an_expired_token_is_nobodys_and_still_listed() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    for (name, end, owner) in [
        ("expired", at("2020-01-01T00:00:00Z"), None),
        ("lasting", at("2999-01-01T00:00:00Z"), Some(broadcaster())),
    ] {
        let token = PublisherToken::generate().unwrap();
        let record = TokenRecord {
            expires_at: Some(end),
            ..record(name, &token)
        };
        assert!(table.put_token(&broadcaster(), &record).await.unwrap());
        assert_eq!(table.owner_of(&token).await.unwrap(), owner, "{name}");
        let listed = table.tokens(&broadcaster()).await.unwrap().rows;
        assert!(listed.contains(&record));
    }
}

#[tokio::test]
async fn a_token_that_an_earlier_version_stored_has_no_end() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let token = PublisherToken::generate().unwrap();
    let (hash, issued) = (token.hash(), "2026-01-05T09:30:00Z");
    for item in [
        json!({"pk": {"S": broadcaster().as_str()}, "sk": {"S": "token#server"},
            "name": {"S": "server"}, "hash": {"S": hash}, "issuedAt": {"S": issued}}),
        json!({"pk": {"S": format!("token#{hash}")}, "sk": {"S": "token"},
            "hash": {"S": hash}, "broadcasterId": {"S": broadcaster().as_str()}}),
    ] {
        let put = json!({"TableName": "broadcasters", "Item": item});
        let _put = aws.dynamodb("PutItem", put);
    }
    assert_eq!(table.owner_of(&token).await.unwrap(), Some(broadcaster()));
    let listed = table.tokens(&broadcaster()).await.unwrap().rows;
    assert_eq!(listed[0].expires_at, None);
    assert!(table.delete_token(&broadcaster(), "server").await.unwrap());
    assert_eq!(table.owner_of(&token).await.unwrap(), None);
}

#[tokio::test]
async fn a_revocation_that_read_another_token_of_the_name_removes_neither() {
    let aws = InProcessAws::start().await;
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let [former, present] = [(); 2].map(|()| PublisherToken::generate().unwrap());
    table
        .put_token(&broadcaster(), &record("server", &former))
        .await
        .unwrap();
    let items = aws.items("broadcasters");
    let read = items.iter().find(|item| item["sk"]["S"] == "token#server");
    let read = json!({ "Item": read.unwrap() }).to_string();
    table.delete_token(&broadcaster(), "server").await.unwrap();
    table
        .put_token(&broadcaster(), &record("server", &present))
        .await
        .unwrap();

    aws.refuse(Refusal::Answer("GetItem", 1, 200, read));
    let revoked = table.delete_token(&broadcaster(), "server").await;

    assert!(
        matches!(revoked, Err(CloudError::Conflict(_))),
        "{revoked:?}"
    );
    assert!(table.delete_token(&broadcaster(), "server").await.unwrap());
    assert_eq!(table.owner_of(&present).await.unwrap(), None, "no ghost");
}
