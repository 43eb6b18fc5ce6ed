// Verification of the stores' signatures by the stores' own libraries. Reads the messages as JSON from the file that
// the first argument names, and prints microseconds per message, one list for each store.

import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import { Readable } from "node:stream";
import { Environment, SignedDataVerifier } from "@apple/app-store-server-library";
import { OAuth2Client } from "google-auth-library";
import { createLocalJWKSet, jwtVerify } from "jose";
import MessageValidator from "sns-validator";
import Stripe from "stripe";

const { messages, warmUps, samples, perSample } = JSON.parse(readFileSync(process.argv[2], "utf8"));

function apple({ body, root, bundleId, appAppleId }) {
  const roots = [Buffer.from(root, "base64")];
  const verifier = new SignedDataVerifier(roots, false, Environment.PRODUCTION, bundleId, appAppleId);
  return async () => {
    const { data } = await verifier.verifyAndDecodeNotification(JSON.parse(body).signedPayload);
    await verifier.verifyAndDecodeTransaction(data.signedTransactionInfo);
    await verifier.verifyAndDecodeRenewalInfo(data.signedRenewalInfo);
  };
}

function google({ body, authorization, audience, email, jwks }) {
  const pem = (key) => createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" });
  const certs = Object.fromEntries(jwks.keys.map((key) => [key.kid, pem(key)]));
  const client = new OAuth2Client();
  // The library's own cache of Google's keys, as it is after the first request.
  client.getFederatedSignonCertsAsync = async () => ({ certs });
  return async () => {
    const idToken = authorization.slice("Bearer ".length);
    const ticket = await client.verifyIdToken({ idToken, audience });
    if (ticket.getPayload().email !== email) throw new Error("another sender");
    JSON.parse(Buffer.from(JSON.parse(body).message.data, "base64"));
  };
}

// Roku has no library of its own.
function roku({ body, jwks }) {
  const keys = createLocalJWKSet(jwks);
  return async () => {
    const { payload } = await jwtVerify(body, keys, { algorithms: ["RS256"] });
    JSON.parse(Buffer.from(payload["x-Roku-message"], "base64"));
  };
}

function sns({ body, certificate }) {
  // The library requests the certificate once and caches it.
  https.get = (_url, callback) => {
    callback(Object.assign(Readable.from([Buffer.from(certificate)]), { statusCode: 200 }));
    return { on() {} };
  };
  const validator = new MessageValidator();
  return () =>
    new Promise((resolve, reject) => {
      validator.validate(JSON.parse(body), (error, message) =>
        error ? reject(error) : resolve(JSON.parse(message.Message)),
      );
    });
}

function stripe({ body, signature, secret }) {
  const client = new Stripe("sk_test_unused");
  return async () => client.webhooks.constructEvent(body, signature, secret, 3600);
}

async function measure(verify) {
  for (let i = 0; i < warmUps; i += 1) await verify();
  const taken = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const began = process.hrtime.bigint();
    for (let i = 0; i < perSample; i += 1) await verify();
    taken.push(Number(process.hrtime.bigint() - began) / 1000 / perSample);
  }
  return taken;
}

const taken = {};
for (const [name, prepare] of Object.entries({ apple, google, roku, sns, stripe })) {
  taken[name] = await measure(prepare(messages[name]));
}
console.log(JSON.stringify(taken));
