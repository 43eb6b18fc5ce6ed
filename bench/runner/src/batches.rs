//! Batches of verifications against a slow store, and our own share of the time to SNS.

use anyhow::Context as _;

use crate::calls::Rounds;
use crate::program::Program;
use crate::samples::Samples;
use crate::scene::{BATCH, Scene};

/// Milliseconds that the slow store takes for an answer.
pub const SLOW: u64 = 300;

/// Time of one program for batches against the slow store, in ms.
#[derive(Debug)]
pub struct Batches {
    pub name: String,
    pub one: Samples,
    pub ten: Samples,
}

/// Measures warm batches of 1 and of 10, in turns.
///
/// # Errors
/// If a program does not do its work.
pub async fn slow_store(
    scene: &Scene,
    programs: &[Program],
    rounds: Rounds,
) -> anyhow::Result<Vec<Batches>> {
    let (one, ten) = (scene.batch(1), scene.batch(BATCH));
    let mut all = Vec::new();
    for program in programs {
        let (mut instance, _) = program.start().await?;
        for _ in 0..rounds.warm_ups {
            instance.call(&ten).await?;
        }
        let mut batches = Batches {
            name: program.name.clone(),
            one: Samples::default(),
            ten: Samples::default(),
        };
        scene.store.takes(SLOW);
        for _ in 0..rounds.batches {
            batches.one.add(instance.call(&one).await?);
            batches.ten.add(instance.call(&ten).await?);
        }
        scene.store.takes(0);
        all.push(batches);
    }
    Ok(all)
}

/// Measures our own share: from the store's answer to the write of its outcome, and from the
/// stream's record of that write to the publication, in ms. What DynamoDB's stream takes between
/// the two is not ours.
///
/// # Errors
/// If a function does not do its work.
pub async fn own_share(
    scene: &Scene,
    verification: &Program,
    fanout: &Program,
    rounds: Rounds,
) -> anyhow::Result<Samples> {
    let (mut verifier, _) = verification.start().await?;
    let (mut publisher, _) = fanout.start().await?;
    let mut share = Samples::default();
    for round in 0..rounds.warm_ups + rounds.warm_calls {
        verifier.call(&verification.event).await?;
        let answered = scene.store.answered().context("the store was not asked")?;
        let written = scene.aws.last("TransactWriteItems");
        let written = written.context("nothing was written")?;
        let handed_over = std::time::Instant::now();
        publisher.call(&fanout.event).await?;
        let published = scene.aws.last("PublishBatch");
        let published = published.context("nothing was published")?;
        if round >= rounds.warm_ups {
            share.add(written.duration_since(answered) + published.duration_since(handed_over));
        }
    }
    Ok(share)
}
