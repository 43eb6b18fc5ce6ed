/** Notifications as they were received, and the view that is rebuilt from them. */
import { DatabaseSync } from "node:sqlite";

const HOUR_MS = 3_600_000;
/** Smallest date that is in milliseconds: in seconds it would be the year 5138. */
const FIRST_MILLISECONDS = 100_000_000_000;
/** Required dates of each type. On the same date, types apply in this order. */
const DATES: Readonly<Record<string, readonly string[]>> = {
  new: ["start_date", "end_date"],
  renew: ["start_date", "end_date"],
  resume: ["start_date", "end_date"],
  pause: ["start_date"],
  hold: ["start_date"],
  cancel: ["end_date", "cancellation_date"],
};
const TYPES = Object.keys(DATES);
const ALL_DATES = ["notification_date", "trial_end_date", ...Object.values(DATES).flat()];
const KEY = ["original_store", "transaction_id", "external_user_id"];
const TEXTS = [...KEY, "sku", "package_name"];

/** Notification with all dates in milliseconds. */
type Notification = {
  type: string;
  key: string;
  text: Record<string, string>;
  dates: Record<string, number>;
};

type Entitlement = {
  status: "active" | "pause" | "hold" | "cancelled";
  has_access: boolean;
  [field: string]: string | number | boolean;
};

export class View {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(
      `CREATE TABLE IF NOT EXISTS received
        (identity TEXT PRIMARY KEY, feed TEXT NOT NULL, message TEXT NOT NULL)`,
    );
  }

  /** Stores a notification of the Beacon feed, unless it is stored already. */
  addBeacon(message: string): void {
    const notification = read(message);
    const identity =
      notification === undefined
        ? message
        : JSON.stringify([notification.key, notification.dates["notification_date"], notification.type]);
    this.#add(identity, "beacon", message);
  }

  /** Stores a message of the webhooks feed, unless it is stored already. */
  addWebhook(message: string): void {
    this.#add(webhook(message).id ?? message, "webhooks", message);
  }

  #add(identity: string, feed: string, message: string): void {
    const insert = this.#database.prepare("INSERT OR IGNORE INTO received VALUES (?, ?, ?)");
    insert.run(`${feed} ${identity}`, feed, message);
  }

  #messages(feed: string): string[] {
    const select = this.#database.prepare("SELECT message FROM received WHERE feed = ? ORDER BY rowid");
    return select.all(feed).map((row) => String(row["message"]));
  }

  /** Rebuilds the view. The order in which the messages were received does not matter. */
  asOf(now: number): object {
    const unreadable: string[] = [];
    const readable = this.#messages("beacon").flatMap((message) => {
      const notification = read(message);
      if (notification === undefined) unreadable.push(message);
      return notification ?? [];
    });
    const byKey = Map.groupBy(readable, (notification) => notification.key);
    const entitlements: Entitlement[] = [];
    const parked: string[] = [];
    for (const [key, notifications] of byKey) {
      const entitlement = notifications.sort(inOrder).reduce(apply, undefined);
      if (entitlement === undefined) parked.push(key);
      else entitlements.push({ ...entitlement, has_access: hasAccess(entitlement, now) });
    }
    return { entitlements, parked, unreadable, webhooks: this.#messages("webhooks").map(webhook) };
  }
}

function read(message: string): Notification | undefined {
  const fields = parse(message);
  const type = String(fields.get("notification_type"));
  const required = Object.hasOwn(DATES, type) ? DATES[type] : undefined;
  if (required === undefined) return undefined;
  const text: Record<string, string> = {};
  const dates: Record<string, number> = {};
  for (const [name, value] of fields) {
    if (TEXTS.includes(name) && typeof value === "string") text[name] = value;
    if (ALL_DATES.includes(name) && typeof value === "number" && Number.isSafeInteger(value) && value > 0) {
      dates[name] = value < FIRST_MILLISECONDS ? value * 1_000 : value;
    }
  }
  const isMissing = (name: string) => !(name in text) && !(name in dates);
  if ([...TEXTS, "notification_date", ...required].some(isMissing)) return undefined;
  return { type, key: JSON.stringify(KEY.map((name) => text[name])), text, dates };
}

function inOrder(one: Notification, other: Notification): number {
  const date = (notification: Notification) => notification.dates["notification_date"] ?? 0;
  return date(one) - date(other) || TYPES.indexOf(one.type) - TYPES.indexOf(other.type);
}

/** `new`, `renew` and `resume` carry the whole period; the others need a known purchase. */
function apply(known: Entitlement | undefined, { type, text, dates }: Notification): Entitlement | undefined {
  if (type === "pause" || type === "hold") {
    // Their `start_date` is the start of the suspension, and not of the period.
    const { notification_date = 0 } = dates;
    return known && { ...known, ...text, notification_date, status: type };
  }
  if (type === "cancel") return known && { ...known, ...text, ...dates, status: "cancelled" };
  const trial = known?.["trial_end_date"];
  const kept = trial === undefined ? {} : { trial_end_date: trial };
  return { ...kept, ...text, ...dates, status: "active", has_access: false };
}

/** A renewal may be seen late, so an end that nobody announced has a margin. */
function hasAccess(entitlement: Entitlement, now: number): boolean {
  if (entitlement.status === "pause" || entitlement.status === "hold") return false;
  const margin = entitlement.status === "active" ? HOUR_MS : 0;
  return now < Number(entitlement["end_date"]) + margin;
}

function webhook(message: string): { id?: string; topic?: string } {
  const shown = [...parse(message)].filter(([name]) => name === "id" || name === "topic");
  return Object.fromEntries(shown.filter(([, value]) => typeof value === "string"));
}

function parse(message: string): Map<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(message) ?? {}));
  } catch {
    return new Map();
  }
}
