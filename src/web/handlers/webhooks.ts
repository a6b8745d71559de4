import { isUtf8 } from "node:buffer";
import type { CrmWebhooks, Delivery } from "../../crm/crm.ts";
import type { Deps } from "../../deps.ts";
import { Invalid } from "../../errors.ts";
import { type Door, receive } from "../../pipeline/receive.ts";
import { errorAnswer, retryAnswer } from "../error-answer.ts";
import type { Route, WebAnswer, WebRequest } from "../route.ts";

type Entrance = Door & Pick<Deps, "now" | "log" | "setTimer">;

/** Within the five seconds that the vendor waits for an answer. */
const storedWithinMs = 4_000;
/** Of a vendor that comes back, and comes back again, while the database hangs, so many deliveries are taken in. */
const mostUnfinished = 10;

/** Verify, store, answer. The body is not looked at before its signature is proven. */
export function webhookHandler(entrance: Entrance, crm: string, webhooks: CrmWebhooks): Route["handler"] {
  const { metrics, now, log } = entrance;
  // Answered, and held in memory until the database has done with them.
  let unfinished = 0;
  return async (request) => {
    if (!isJson(request.headers["content-type"])) return notJson;
    const whyForged = webhooks.whyForged(request, now());
    if (whyForged !== null) {
      log.warn({ crm, because: whyForged }, "delivery refused: its signature does not prove the sender");
      metrics.deliveryRefused("forged");
      return forged(whyForged);
    }
    if (unfinished >= mostUnfinished) return refuse("too-slow");
    const delivery = parseBody(webhooks, request.body);
    if (delivery === null) return refuse("unreadable");
    const storing = receive(entrance, { crm, delivery, at: now() });
    const received = await within(storedWithinMs, storing, entrance);
    if (received === "too-late") {
      unfinished += 1;
      const finish = () => {
        unfinished -= 1;
      };
      storing.then(finish, finish);
      return refuse("too-slow");
    }
    if (received.kind === "inbox-full") return refuse("inbox-full");
    if (received.unknown > 0) log.warn({ unknown: received.unknown }, "events of accounts that are not installed");
    return { status: 204 };
  };

  function refuse(because: keyof typeof refusals): WebAnswer {
    metrics.deliveryRefused(because);
    return refusals[because];
  }
}

const notJson = errorAnswer(415, "not-json", "Send application/json in UTF-8.");

/** What the sender's developer can check, by the code that the log has too; none of it is secret. */
const whyRefused: Readonly<Record<string, string>> = {
  "no-signature": "The request carries no signature: only the CRM's own deliveries are taken.",
  "no-timestamp": "The request carries no time of its signature.",
  "bad-timestamp": "The time of the signature is no time in milliseconds.",
  "stale-timestamp": "The signature is more than five minutes old or ahead: check the clocks.",
  "bad-signature": "What stands in place of the signature is none.",
};

const wrongSignature = "The signature does not match: check the client secret and the public address.";

const forged = (because: string): WebAnswer => errorAnswer(401, because, whyRefused[because] ?? wrongSignature);

const refusals = {
  unreadable: errorAnswer(400, "unreadable", "The body is no JSON list of events."),
  // It may be stored yet; sent again, it is known.
  "too-slow": retryAnswer("too-slow", "The database takes too long; send this again.", 5),
  "inbox-full": retryAnswer("inbox-full", "Too many events wait already; send this again later.", 30),
};

/** `too-late`: it goes on, and nobody waits for it any more. */
async function within<T>(ms: number, work: Promise<T>, { setTimer }: Pick<Deps, "setTimer">): Promise<T | "too-late"> {
  const timeUp = Promise.withResolvers<"too-late">();
  const cancel = setTimer(ms, () => timeUp.resolve("too-late"));
  try {
    return await Promise.race([work, timeUp.promise]);
  } finally {
    cancel();
  }
}

function isJson(header: WebRequest["headers"][string]): boolean {
  return typeof header === "string" && /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(header);
}

/** Null when it is no delivery at all. Bytes that are not UTF-8 are: read leniently, two bodies could look alike. */
function parseBody(webhooks: CrmWebhooks, body: Uint8Array): Delivery | null {
  if (!isUtf8(body)) return null;
  try {
    return webhooks.parseDelivery(Buffer.from(body).toString("utf8"));
  } catch (error) {
    if (error instanceof Invalid) return null;
    throw error;
  }
}
