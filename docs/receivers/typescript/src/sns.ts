/** Verification that a message is from a pinned SNS topic, and the confirmation of a subscription. */
import { verify } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Certificates, type Topic } from "./certificates.ts";
import { forged, get, inDoubt, Refusal } from "./http.ts";

const LONGEST_AGE_MS = 2 * 3_600_000;
const CLOCK_SKEW_MS = 15 * 60_000;
const CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
/** Signed fields of each type, in the order in which they are signed. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: CONFIRMATION,
  UnsubscribeConfirmation: CONFIRMATION,
};

/** Message of SNS. All fields are text; those that are not signed are left out. */
export type SnsMessage = Readonly<Record<string, string>>;

export type Trust = {
  /** Topics by their ARN. */
  topics: ReadonlyMap<string, Topic>;
  /** `SignatureVersion` of all messages: `1` is SHA-1, `2` is SHA-256. */
  signatureVersion: string;
};

export class Verifier {
  readonly #trust: Trust;
  readonly #certificates = new Certificates();

  constructor(trust: Trust) {
    if (!["1", "2"].includes(trust.signatureVersion)) throw new Error("unknown signature version");
    this.#trust = trust;
  }

  /** Returns the message, or throws a `Refusal`. */
  async verify(headers: IncomingHttpHeaders, body: Uint8Array): Promise<SnsMessage> {
    if (headers["x-amz-sns-rawdelivery"] !== undefined) throw new Refusal(400, "raw delivery is not signed");
    const { message, unsigned } = parse(body);
    if (headers["x-amz-sns-message-type"] !== message["Type"]) {
      throw new Refusal(400, "the header names another type");
    }
    const topic = this.#topic(message);
    if (unsigned["SignatureVersion"] !== this.#trust.signatureVersion) {
      throw forged("another signature version");
    }
    const address = unsigned["SigningCertURL"] ?? "";
    const signature = Buffer.from(unsigned["Signature"] ?? "", "base64");
    const isSigned = async (refresh: boolean): Promise<boolean> => {
      const certificate = await this.#certificates.get(address, topic, refresh);
      const hash = this.#trust.signatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256";
      return verify(hash, Buffer.from(signedText(message)), certificate.publicKey, signature);
    };
    // SNS may have replaced the certificate since it was cached.
    if (!(await isSigned(false)) && !(await isSigned(true))) throw forged("the signature is wrong");
    checkAge(message["Timestamp"] ?? "");
    return message;
  }

  /** Confirms a subscription by a visit of the verified message's `SubscribeURL`. */
  async confirm(message: SnsMessage): Promise<void> {
    const address = message["SubscribeURL"] ?? "";
    const query = address.startsWith(`${this.#topic(message).origin}/?`)
      ? new URL(address).searchParams
      : new URLSearchParams();
    const wanted = { Action: "ConfirmSubscription", TopicArn: message["TopicArn"], Token: message["Token"] };
    // A parameter that is given twice could be read in two ways.
    const isWanted = Object.entries(wanted).every(([name, value]) => {
      const given = query.getAll(name);
      return given.length === 1 && given[0] === value;
    });
    if (!isWanted) throw forged("the SubscribeURL is not of this topic and token");
    const { status } = await get(address);
    if (status !== 200) throw inDoubt(`the confirmation was answered with ${status}`);
  }

  #topic(message: SnsMessage): Topic {
    const topic = this.#trust.topics.get(message["TopicArn"] ?? "");
    if (topic === undefined) throw forged("another topic");
    return topic;
  }
}

function parse(body: Uint8Array): { message: SnsMessage; unsigned: SnsMessage } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Refusal(400, "not JSON");
  }
  const fields = new Map(Object.entries(parsed ?? {}));
  const type: unknown = fields.get("Type");
  const signed = typeof type === "string" && Object.hasOwn(SIGNED, type) ? SIGNED[type] : undefined;
  if (signed === undefined) throw new Refusal(400, "not a message of SNS");
  const text = (names: readonly string[]): SnsMessage => {
    const given = names.flatMap((name): [string, string][] => {
      const value: unknown = fields.get(name);
      if (typeof value === "string") return [[name, value]];
      if (name === "Subject" && (value === undefined || value === null)) return [];
      throw new Refusal(400, `${name} is missing`);
    });
    return Object.fromEntries(given);
  };
  return { message: text(signed), unsigned: text(["SignatureVersion", "Signature", "SigningCertURL"]) };
}

function signedText(message: SnsMessage): string {
  const names = SIGNED[message["Type"] ?? ""] ?? [];
  return names.map((name) => (name in message ? `${name}\n${message[name]}\n` : "")).join("");
}

function checkAge(timestamp: string): void {
  const age = Date.now() - Date.parse(timestamp);
  if (age > LONGEST_AGE_MS) throw forged("too old");
  // Most likely the clock of this machine is wrong: a later delivery may be accepted.
  if (!(age >= -CLOCK_SKEW_MS)) throw inDoubt("the time is in the future or unreadable");
}
