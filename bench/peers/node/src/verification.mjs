// A batch of verifications: reads what is stored, asks the store, and writes the outcome. All messages at the same
// time; those that fail are delivered again.

import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { run } from "./runtime.mjs";

const { BROADCASTERS_TABLE, PURCHASES_TABLE, SUBSCRIPTIONS_TABLE, SECRET_PREFIX } = process.env;
const CACHED_FOR = 60_000;
const dynamodb = new DynamoDBClient({});
const secretsManager = new SecretsManagerClient({});
const configurations = new Map();

async function read(TableName, key) {
  const command = new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true });
  const { Item } = await dynamodb.send(command);
  return Item && unmarshall(Item);
}

// The promise is cached, so that messages of one batch cause one request.
function configuration(broadcaster, store) {
  const name = `${SECRET_PREFIX}${broadcaster}/${store}`;
  const cached = configurations.get(name);
  if (cached && Date.now() - cached.at < CACHED_FOR) return cached.value;
  const answer = secretsManager.send(new GetSecretValueCommand({ SecretId: name }));
  const value = answer.then(({ SecretString }) => JSON.parse(SecretString));
  configurations.set(name, { at: Date.now(), value });
  return value;
}

async function lookUp({ apiBaseUrl, apiKey, partnerId, timeoutSeconds }, id) {
  const url = `${apiBaseUrl}/entitlements/v1/partners/${partnerId}/subscriptions/${id}`;
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  });
  if (!answer.ok) throw new Error(`the store answered ${answer.status}`);
  return (await answer.json()).data;
}

async function commit(message, state, offer, before) {
  const { broadcasterId, store, cause } = message;
  const key = message.locator.key;
  const version = (before?.version ?? 0) + 1;
  const subscription = { ...state, offer, version, customer: cause.customerId, store };
  const events = [{ kind: before ? "updated" : "created", at: new Date().toISOString(), subscription }];
  const put = (TableName, item, ConditionExpression, values) => ({
    Put: {
      TableName,
      Item: marshall(item, { removeUndefinedValues: true }),
      ConditionExpression,
      ExpressionAttributeValues: values,
    },
  });
  const submission = { outcome: { success: true, offer }, decidedAt: new Date().toISOString() };
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        put(
          SUBSCRIPTIONS_TABLE,
          { pk: `${broadcasterId}#${store}#${key}`, sk: "current", ...subscription, events },
          before ? "version = :version" : "attribute_not_exists(pk)",
          before && marshall({ ":version": before.version }),
        ),
        put(SUBSCRIPTIONS_TABLE, { pk: `${broadcasterId}#${cause.customerId}`, sk: `${store}#${key}` }),
        put(
          PURCHASES_TABLE,
          { pk: `${broadcasterId}#request#${cause.correlationId}`, ...submission },
          "attribute_not_exists(outcome)",
        ),
      ],
    }),
  );
}

async function verify(record) {
  const message = JSON.parse(record.body);
  const { broadcasterId: pk, store, cause, locator } = message;
  const submission = await read(PURCHASES_TABLE, { pk: `${pk}#request#${cause.correlationId}` });
  if (!submission || submission.outcome) return;
  await read(BROADCASTERS_TABLE, { pk, sk: "profile" });
  await read(BROADCASTERS_TABLE, { pk, sk: `claims#${store}` });
  const before = await read(SUBSCRIPTIONS_TABLE, { pk: `${pk}#${store}#${locator.key}`, sk: "current" });
  const state = await lookUp(await configuration(pk, store), locator.details.subscriptionId);
  const product = await read(BROADCASTERS_TABLE, { pk, sk: `product#${store}#${state.planCode}` });
  await commit(message, state, product?.offer, before);
}

await run(async ({ Records }) => {
  const results = await Promise.allSettled(Records.map(verify));
  for (const { reason } of results) if (reason) console.error(reason);
  const failed = Records.filter((_, position) => results[position].status === "rejected");
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
});
