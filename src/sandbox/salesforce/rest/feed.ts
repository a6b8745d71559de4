import { createHash } from "node:crypto";
import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import { isId, to18 } from "../ids.ts";
import { bodyOf, type Call, isRecord, notFound, type Route } from "./call.ts";

/** Chatter posts with mentions (salesforce.md §4.8). */
export const feedRoutes: readonly Route[] = [{ method: "POST", paths: ["/chatter/feed-elements"], handle: post }];

const mostMentions = 25;

function post(call: Call): Answer {
  const { feedElementType, subjectId, body } = bodyOf(call);
  const segments: unknown = isRecord(body) ? body.messageSegments : undefined;
  if (feedElementType !== "FeedItem" || typeof subjectId !== "string" || !Array.isArray(segments))
    throw refusal("A feed item needs feedElementType, subjectId and body.messageSegments");
  if (!isThere(call, subjectId)) notFound();
  const parts = segments.filter(isRecord);
  const mentions = parts.filter(({ type }) => type === "Mention");
  if (mentions.length > mostMentions) throw refusal(`A post may have ${mostMentions} mentions`);
  const text = parts
    .map(({ type, text: words, id }) => (type === "Mention" ? `@${String(id)}` : String(words ?? "")))
    .join("");
  const id = to18(
    `0D5${createHash("sha256").update(`${subjectId}${text}${call.org.clock.now()}`).digest("hex").slice(0, 12)}`,
  );
  const item = { id, at: call.org.clock.now(), userId: call.userId, subjectId: to18(subjectId), text };
  call.unit.afterwards(() => void call.org.feed.push(item));
  return {
    status: 201,
    body: { id, feedElementType, body: { text, messageSegments: parts }, parent: { id: subjectId } },
  };
}

function isThere({ org }: Call, text: string): boolean {
  const id = to18(text);
  return isId(id) && [...org.tables.values()].some((table) => table.get(id)?.IsDeleted === false);
}

function refusal(message: string): SalesforceError {
  return new SalesforceError(400, { errorCode: "INVALID_INPUT", message });
}
