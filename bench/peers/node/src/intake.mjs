// A submission: verifies the customer's JWT, counts the submission, records it, and queues a verification.

import { createHash, randomUUID } from "node:crypto";
import {
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import createAPI from "lambda-api";
import { run } from "./runtime.mjs";

const { BROADCASTERS_TABLE, PURCHASES_TABLE, VERIFICATION_QUEUE_URL } = process.env;
const PER_HOUR = 60;
const dynamodb = new DynamoDBClient({});
// The stub answers without a checksum of the message.
const sqs = new SQSClient({ md5: false });
const api = createAPI();

async function read(TableName, key) {
  const command = new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true });
  const { Item } = await dynamodb.send(command);
  return Item && unmarshall(Item);
}

async function caller(authorization) {
  const token = authorization?.replace(/^Bearer /i, "");
  if (!token) return undefined;
  const broadcaster = String(decodeJwt(token).publisherId);
  const [keys, profile] = await Promise.all([
    read(BROADCASTERS_TABLE, { pk: broadcaster, sk: "jwks" }),
    read(BROADCASTERS_TABLE, { pk: broadcaster, sk: "profile" }),
  ]);
  if (!keys || !profile) return undefined;
  const { payload } = await jwtVerify(token, createLocalJWKSet(JSON.parse(keys.jwks)), {
    algorithms: ["ES256", "RS256"],
  });
  return { broadcaster, customer: String(payload.customerId) };
}

async function count({ broadcaster, customer }, now) {
  const hour = Math.floor(now / 3_600_000);
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: PURCHASES_TABLE,
      Key: marshall({ pk: `${broadcaster}#customer#${customer}#${hour}` }),
      UpdateExpression: "SET expires_at = :expires ADD submissions :one",
      ConditionExpression: "attribute_not_exists(submissions) OR submissions < :most",
      ExpressionAttributeValues: marshall({
        ":expires": Math.floor(now / 1000) + 7200,
        ":one": 1,
        ":most": PER_HOUR,
      }),
    }),
  );
}

async function record(submission, content) {
  const { broadcaster, correlationId } = submission;
  const hash = createHash("sha256").update(content).digest("hex");
  const put = (item) => ({
    Put: {
      TableName: PURCHASES_TABLE,
      Item: marshall(item),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  });
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        put({ pk: `${broadcaster}#request#${correlationId}`, ...submission }),
        put({ pk: `${broadcaster}#latest#${hash}`, correlationId }),
      ],
    }),
  );
}

api.post("/:store/purchase-validation", async (request, response) => {
  const who = await caller(request.headers.authorization);
  if (!who) return response.status(401).json({ error: "the token is not valid" });
  const { subscriptionId } = request.body;
  const { store } = request.params;
  const now = Date.now();
  await count(who, now);
  const correlationId = randomUUID();
  const earlier = await read(PURCHASES_TABLE, {
    pk: `${who.broadcaster}#request#${correlationId}`,
  });
  if (earlier) return response.status(409).json({ error: "the id is taken" });
  const submittedAt = new Date(now).toISOString();
  const locator = { key: subscriptionId, details: { subscriptionId } };
  const submission = { ...who, correlationId, store, locator, submittedAt };
  await record(submission, JSON.stringify([store, locator, who.customer]));
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: VERIFICATION_QUEUE_URL,
      MessageBody: JSON.stringify(submission),
    }),
  );
  return response.status(202).json({ status: "queued", correlationId });
});

await run((event, context) => api.run(event, context));
