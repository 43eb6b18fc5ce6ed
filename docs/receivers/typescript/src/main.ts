/** HTTP endpoint for the notifications of Purchase Beacon. The README lists its settings. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parseTopic } from "./certificates.ts";
import { Refusal } from "./http.ts";
import { Verifier } from "./sns.ts";
import { View } from "./view.ts";

const LARGEST_BODY = 2 * 1024 * 1024;

const { env } = process;
const beaconTopic = env["BEACON_TOPIC"] ?? "";
const arns = [beaconTopic, env["WEBHOOKS_TOPIC"] || beaconTopic];
const verifier = new Verifier({
  topics: new Map(arns.map((arn) => [arn, parseTopic(arn, env["SNS_LOCAL_HOST"])])),
  signatureVersion: env["SNS_SIGNATURE_VERSION"] || "2",
});
const view = new View(env["DATABASE"] ?? "receiver.sqlite");

/** Reads a body to its end, so that the sender gets the answer, but keeps no more than the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) throw new Refusal(413, "too large");
  return Buffer.concat(chunks);
}

async function receive(request: IncomingMessage): Promise<void> {
  const message = await verifier.verify(request.headers, await readBody(request));
  const content = message["Message"] ?? "";
  switch (message["Type"]) {
    case "SubscriptionConfirmation":
      return verifier.confirm(message);
    case "Notification":
      return message["TopicArn"] === beaconTopic ? view.addBeacon(content) : view.addWebhook(content);
    default:
      // To visit the address of an UnsubscribeConfirmation would subscribe again.
      console.warn("the subscription has ended");
  }
}

async function answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
  try {
    if (request.method === "POST" && request.url === "/sns") {
      await receive(request);
      return { status: 200, body: "" };
    }
    if (request.method === "GET" && request.url === "/view" && env["SHOW_VIEW"] === "yes") {
      return { status: 200, body: JSON.stringify(view.asOf(Date.now())) };
    }
    return { status: 404, body: "" };
  } catch (error) {
    // Whatever else failed, such as the database, may succeed later.
    const status = error instanceof Refusal ? error.status : 503;
    console.warn(`answered ${status}: ${error instanceof Error ? error.message : String(error)}`);
    return { status, body: "" };
  }
}

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request);
  response.writeHead(status, { "Content-Type": "application/json" }).end(body);
});
server.requestTimeout = 10_000;
server.listen(Number(env["PORT"] ?? 8080), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
