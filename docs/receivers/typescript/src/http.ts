/** Answers to SNS, and requests to it. */

const TIMEOUT_MS = 5_000;
const LARGEST_ANSWER = 64 * 1024;

/** Reason for an answer other than 2xx. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** Answer to what is certainly not from a topic of ours: SNS does not send it again. */
export const forged = (reason: string): Refusal => new Refusal(403, reason);

/** Answer to what cannot be decided now: SNS sends it again. */
export const inDoubt = (reason: string): Refusal => new Refusal(503, reason);

/** Gets an address of SNS. Follows no redirects, and refuses an answer of more than 64 KiB. */
export async function get(address: string): Promise<{ status: number; body: Buffer }> {
  try {
    const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > LARGEST_ANSWER) throw new Error("the answer is too large");
      chunks.push(chunk);
    }
    return { status: answer.status, body: Buffer.concat(chunks) };
  } catch (error) {
    throw inDoubt(`SNS is out of reach: ${String(error)}`);
  }
}
