import type { IncomingMessage } from "node:http";
import { errorAnswer, retryAnswer } from "./error-answer.ts";
import type { WebAnswer } from "./route.ts";

/** How much of what senders post is held in memory at once, whatever they send. */
export type IntakeLimits = {
  /** Of one body. */
  bodyBytes: number;
  /** Of bodies that are worked on, while they are fast, and while they are slow. */
  workedOnBytes: number;
  leastBytes: number;
  /** So many are let in, whatever they hold and however slow they are; at least one. */
  leastPosts: number;
  posts: number;
  /** A post that took longer waited in line: fewer are let in. */
  slowMs: number;
  /** Of bodies that have not come in whole: those of stalled senders are the oldest of them. */
  arrivingBytes: number;
};

// A hundred events are 16 to 60 kB (reliability.md S5): one megabyte is some 4,000 events, what any database that is fit
// for it stores within a second. How much a busy one does is seen by how long it takes. Ten deliveries, what one vendor
// has in flight, are let in however long they take: who is sent away comes back a minute later.
export const usualIntake: IntakeLimits = {
  bodyBytes: 1024 * 1024,
  workedOnBytes: 1024 * 1024,
  leastBytes: 256 * 1024,
  leastPosts: 10,
  posts: 500,
  slowMs: 400,
  arrivingBytes: 32 * 1024 * 1024,
};

/** Answers a post: reads its body and has it worked on when there is room for that, else tells the sender to come back. */
export type Intake = (request: IncomingMessage, work: (body: Uint8Array) => Promise<WebAnswer>) => Promise<WebAnswer>;

export const busy = retryAnswer("busy", "Baton has its hands full; send this again in a few seconds.", 5);
const tooLarge = errorAnswer(413, "too-large", "The body is larger than 1 MB; send it in parts.");
const compressed = errorAnswer(415, "unsupported-encoding", "The body must not be compressed.");
const brokenOff = errorAnswer(400, "bad-request", "The request broke off before its end.");

/** One per server. A refusal costs no more than the headers: what follows them is never kept. */
export function createIntake(limits: IntakeLimits, monotonic: () => number): Intake {
  const workedOn = { posts: 0, bytes: 0 };
  let roomBytes = limits.workedOnBytes;
  const read = createReader(limits);

  function hasRoom(bytes: number): boolean {
    if (workedOn.posts < limits.leastPosts) return true;
    return workedOn.posts < limits.posts && workedOn.bytes + bytes <= roomBytes;
  }

  /** Each post that was slow takes away a little, and each that was fast gives less than that back: it settles. */
  function learn(ms: number, bytes: number): void {
    if (ms > limits.slowMs) roomBytes = Math.max(limits.leastBytes, roomBytes * 0.95);
    else roomBytes = Math.min(limits.workedOnBytes, roomBytes + bytes / 8);
  }

  return async (request, work) => {
    const announced = Number(request.headers["content-length"] ?? 0);
    // The signature is over the exact bytes: nothing may decompress them before it is checked.
    // An empty encoding is none.
    const encoding = request.headers["content-encoding"]?.trim().toLowerCase() || "identity";
    if (encoding !== "identity") return compressed;
    if (announced > limits.bodyBytes) return tooLarge;
    if (!hasRoom(announced)) return busy;
    const body = await read(request);
    if (!(body instanceof Uint8Array)) return body;
    // Others came in meanwhile.
    if (!hasRoom(body.length)) return busy;
    const begunAt = monotonic();
    workedOn.posts += 1;
    workedOn.bytes += body.length;
    try {
      return await work(body);
    } finally {
      workedOn.posts -= 1;
      workedOn.bytes -= body.length;
      learn(monotonic() - begunAt, body.length);
    }
  };
}

/** A body that is coming in. */
type Arrival = { giveUp(): void };

/** Reads whole bodies; while too much of unfinished ones is held, the one that has been coming in for longest goes. */
function createReader(limits: IntakeLimits): (request: IncomingMessage) => Promise<Uint8Array | WebAnswer> {
  // In the order of their first bytes.
  const arriving = new Set<Arrival>();
  let heldBytes = 0;

  return (request) =>
    new Promise((resolve) => {
      let body = Buffer.alloc(0);
      let size = 0;
      const arrival: Arrival = { giveUp: () => end(busy) };

      function end(outcome: Uint8Array | WebAnswer): void {
        request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
        // What still comes is read and dropped, so that the connection can be used again.
        request.on("error", () => undefined).resume();
        arriving.delete(arrival);
        heldBytes -= body.length;
        body = Buffer.alloc(0);
        resolve(outcome);
      }

      function keep(chunk: Uint8Array): void {
        heldBytes -= body.length;
        body = withRoomFor(body, size + chunk.length, limits.bodyBytes);
        heldBytes += body.length;
        body.set(chunk, size);
        size += chunk.length;
      }

      function onData(chunk: Uint8Array): void {
        arriving.add(arrival);
        if (size + chunk.length > limits.bodyBytes) end(tooLarge);
        else keep(chunk);
        while (heldBytes > limits.arrivingBytes) arriving.values().next().value?.giveUp();
      }

      const onEnd = () => end(body.subarray(0, size));
      const onClose = () => end(brokenOff);
      request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    });
}

/**
 * What came in is copied into one buffer that doubles: a chunk holds on to all that was read from its socket with it, so
 * that a sender of single bytes would fill the memory with what no limit counts.
 */
function withRoomFor(body: Buffer<ArrayBuffer>, bytes: number, mostBytes: number): Buffer<ArrayBuffer> {
  if (bytes <= body.length) return body;
  const larger = Buffer.alloc(Math.min(mostBytes, Math.max(bytes, 2 * body.length)));
  larger.set(body);
  return larger;
}
