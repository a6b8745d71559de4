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

/** Verify, store, answer. The body is not looked at before its sender is proven. */
export function webhookHandler(entrance: Entrance, crm: string, webhooks: CrmWebhooks): Route["handler"] {
  const { metrics, now, log } = entrance;
  // Answered, and held in memory until the database has done with them.
  let unfinished = 0;
  const { mediaType, acknowledgement } = webhooks;
  const stored: WebAnswer =
    acknowledgement === null
      ? { status: 204 }
      : { status: 200, headers: { "content-type": `${mediaType}; charset=utf-8` }, text: acknowledgement };
  return async (request) => {
    if (!isOf(mediaType, request.headers["content-type"])) return otherMedia(mediaType);
    const whyForged = webhooks.whyForged(request, now());
    if (whyForged !== null) {
      log.warn({ crm, because: whyForged }, "delivery refused: nothing proves that the CRM sent it");
      metrics.deliveryRefused("forged");
      return forged(whyForged);
    }
    if (unfinished >= mostUnfinished) return refuse("too-slow");
    const delivery = parseBody(webhooks, request.body, now());
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
    return stored;
  };

  function refuse(because: keyof typeof refusals): WebAnswer {
    metrics.deliveryRefused(because);
    return refusals[because];
  }
}

const otherMedia = (mediaType: CrmWebhooks["mediaType"]): WebAnswer =>
  errorAnswer(415, "other-media-type", `Send ${mediaType} in UTF-8.`);

/** What the sender's developer can check, by the code that the log has too; none of it is secret. */
const whyRefused: Readonly<Record<string, string>> = {
  "no-signature": "The request carries no signature: only what the CRM itself sends is taken.",
  "no-timestamp": "The request carries no time of its signature.",
  "bad-timestamp": "The time of the signature is no time in milliseconds.",
  "stale-timestamp": "The signature is more than five minutes old or ahead: check the clocks.",
  "bad-signature": "What stands in place of the signature is none.",
  "no-message": "The body is no message of the CRM's.",
  "wrong-address":
    "This is not the address of the account that the message names: `baton addresses` tells each account's.",
};

const wrongSignature = "The signature does not match: check the client secret and the public address.";

const forged = (because: string): WebAnswer => errorAnswer(401, because, whyRefused[because] ?? wrongSignature);

const refusals = {
  unreadable: errorAnswer(400, "unreadable", "The body is no list of events."),
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

function isOf(mediaType: CrmWebhooks["mediaType"], header: WebRequest["headers"][string]): boolean {
  const [type, charset = "charset=utf-8", ...others] =
    typeof header === "string" ? header.toLowerCase().split(";") : [];
  return type?.trim() === mediaType && /^\s*charset\s*=\s*"?utf-8"?\s*$/.test(charset) && others.length === 0;
}

/** Null when it is no delivery at all. Bytes that are not UTF-8 are: read leniently, two bodies could look alike. */
function parseBody(webhooks: CrmWebhooks, body: Uint8Array, now: Date): Delivery | null {
  if (!isUtf8(body)) return null;
  try {
    return webhooks.parseDelivery(Buffer.from(body).toString("utf8"), now);
  } catch (error) {
    if (error instanceof Invalid) return null;
    throw error;
  }
}
