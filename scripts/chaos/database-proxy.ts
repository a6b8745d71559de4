import { connect, createServer, type Socket } from "node:net";
import type { DatabasePoint } from "./points.ts";

/** Stands between one process and PostgreSQL and sees each of its statements, so that it can be struck between two. */
export type DatabaseProxy = {
  port: number;
  /** `onReached` runs at the nth time; what was on its way is dropped from then on, as when a process dies. */
  watch(point: DatabasePoint, onReached: () => void): () => void;
  /** Runs once, when the next transaction has begun on the server and has not asked for anything; nothing is dropped. */
  whenBegun(onBegun: () => void): () => void;
  /** The process is about to be started again: nothing of the dead one is on its way any more. */
  restore(): void;
  stop(): Promise<void>;
};

type Watched = { point: DatabasePoint; left: number; isDue: boolean; onReached: () => void };
type State = { watched: Set<Watched>; begun: Set<() => void>; isCut: boolean; sockets: Set<Socket> };

/** `target`: where the server listens. */
export async function startDatabaseProxy(target: { host: string; port: number }): Promise<DatabaseProxy> {
  const state: State = { watched: new Set(), begun: new Set(), isCut: false, sockets: new Set() };
  const server = createServer((client) => join(state, client, connect(target)));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    watch(point, onReached) {
      const watched = { point, left: point.nth, isDue: false, onReached };
      state.watched.add(watched);
      return () => state.watched.delete(watched);
    },
    whenBegun(onBegun) {
      state.begun.add(onBegun);
      return () => state.begun.delete(onBegun);
    },
    restore() {
      for (const socket of state.sockets) socket.destroy();
      state.isCut = false;
    },
    stop() {
      for (const socket of state.sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function join(state: State, client: Socket, server: Socket): void {
  /** The statement that this connection waits for an answer to. */
  let asked: Asked | null = null;
  /** A decision was recorded in the transaction that it is in. */
  let decides = false;
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    state.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      state.sockets.delete(socket);
      client.destroy();
      server.destroy();
    });
  }
  client.on("data", (chunk: Buffer) => {
    if (asked === null) {
      asked = statementIn(chunk, decides);
      decides = asked !== null && asked.kind !== "commit" && (decides || asked.decides);
    }
    if (asked !== null && isReached(state, asked, "unsent")) return;
    if (state.isCut) return;
    server.write(chunk);
    if (isBegin(chunk)) for (const onBegun of takeAll(state.begun)) onBegun();
  });
  server.on("data", (chunk: Buffer) => {
    if (asked !== null && isReached(state, asked, "unanswered")) return;
    if (!state.isCut) client.write(chunk);
    if (asked !== null && isReadyForQuery(chunk)) {
      const answered = asked;
      asked = null;
      isReached(state, answered, "answered");
    }
  });
}

/** Strikes when one of the watched points is reached; what was answered strikes before the next is sent. */
function isReached(state: State, asked: Asked, when: DatabasePoint["when"]): boolean {
  for (const watched of state.isCut ? [] : state.watched) {
    const { point } = watched;
    if (watched.isDue && when === "unsent") return strike(state, watched);
    if (point.when !== when || !isMeant(point, asked)) continue;
    watched.left -= 1;
    if (watched.left > 0) continue;
    if (when !== "answered") return strike(state, watched);
    watched.isDue = true;
  }
  return state.isCut;
}

const isMeant = (point: DatabasePoint, { kind, decides }: Asked): boolean =>
  point.at === "statement" || (kind === "commit" && (point.of === "anything" || decides));

function strike(state: State, watched: Watched): true {
  state.isCut = true;
  state.watched.delete(watched);
  watched.onReached();
  return true;
}

/** What a connection asked of the server. `decides`: a statement that records decisions, or the commit of one. */
type Asked = { kind: "statement" | "commit"; decides: boolean };

/** The messages that begin a statement, of the simple and of the extended protocol; null for the start-up packets. */
function statementIn(chunk: Buffer, decides: boolean): Asked | null {
  const [first] = chunk;
  if (first !== 0x51 && first !== 0x50) return null;
  if (chunk.toString("latin1", 5, 12).toLowerCase() === "commit\0") return { kind: "commit", decides };
  return { kind: "statement", decides: chunk.includes("insert into decisions") };
}

const isBegin = (chunk: Buffer) => chunk[0] === 0x51 && chunk.toString("latin1", 5, 11).toLowerCase() === "begin\0";

function takeAll<T>(set: Set<T>): T[] {
  const all = [...set];
  set.clear();
  return all;
}

/** The last message of an answer: `Z`, its length 5, and the state of the transaction. */
function isReadyForQuery(chunk: Buffer): boolean {
  return chunk.length >= 6 && chunk[chunk.length - 6] === 0x5a && chunk[chunk.length - 2] === 5;
}
