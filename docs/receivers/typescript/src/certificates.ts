/** Signing certificates of SNS: where they may be, what they must be, and their cache. */
import { X509Certificate } from "node:crypto";
import { forged, get, inDoubt } from "./http.ts";

const MOST_CACHED = 16;
const CACHED_MS = 24 * 3_600_000;
/** Least time between two requests for one certificate, because anybody can send a wrong signature. */
const PAUSE_MS = 1_000;
const ARN = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}$/;
/** Has no `..`, `//` or other characters that two parsers could read differently. */
const PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\.pem$/;

export type Topic = {
  /** Scheme and host of SNS in the region of the topic. */
  origin: string;
  /** Names to which the certificates of the region may be issued. */
  signers: readonly string[];
};

/** Reads an ARN. `localHost` replaces the host of SNS, for a local stack only. */
export function parseTopic(arn: string, localHost: string | undefined): Topic {
  const [, partition, region] = ARN.exec(arn) ?? [];
  if (region === undefined) throw new Error(`not the ARN of a topic: ${arn}`);
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    origin: localHost ? `http://${localHost}` : `https://sns.${region}.${domain}`,
    signers: ["sns.amazonaws.com", `sns-signing.${region}.${domain}`],
  };
}

type Entry = { certificate: X509Certificate; fetchedAt: number };

export class Certificates {
  readonly #entries = new Map<string, Entry>();

  /** Returns the certificate at an address, from the cache unless it is to be refreshed. */
  async get(address: string, topic: Topic, refresh: boolean): Promise<X509Certificate> {
    const path = address.startsWith(topic.origin) ? address.slice(topic.origin.length) : "";
    if (path.length > 256 || !PATH.test(path)) throw forged("the certificate is not at SNS");
    const now = Date.now();
    const cached = this.#entries.get(address);
    if (cached !== undefined) {
      const { certificate, fetchedAt } = cached;
      const isFresh = now - fetchedAt < (refresh ? PAUSE_MS : CACHED_MS);
      if (isFresh && isValid(certificate, now)) return certificate;
    }
    const certificate = await fetchCertificate(address, topic, now);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MOST_CACHED && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(address, { certificate, fetchedAt: now });
    return certificate;
  }
}

async function fetchCertificate(address: string, topic: Topic, now: number): Promise<X509Certificate> {
  const { status, body } = await get(address);
  if (status === 408 || status === 429 || status >= 500) throw inDoubt("the certificate is out of reach");
  const pem = body.toString("latin1");
  // The file holds one certificate and no chain.
  if (status !== 200 || pem.split("-----BEGIN").length !== 2) throw forged("there is no certificate");
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw forged("the certificate cannot be read");
  }
  if (!isValid(certificate, now)) throw forged("the certificate is not valid now");
  // Looks at the common name only if there is no alternative name.
  const isSigner = (name: string) => certificate.checkHost(name, { wildcards: false }) !== undefined;
  if (certificate.ca || !topic.signers.some(isSigner)) throw forged("the certificate is of somebody else");
  const { asymmetricKeyType: type, asymmetricKeyDetails: key } = certificate.publicKey;
  if (type !== "rsa" || (key?.modulusLength ?? 0) < 2_048) throw forged("the key is not RSA of 2,048 bits");
  return certificate;
}

function isValid(certificate: X509Certificate, now: number): boolean {
  return certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime();
}
