import { connect, type Socket } from "node:net";
import { webhookPath } from "./overload-delivery.ts";
import type { StallOptions } from "./overload-stall.ts";
import { serveParent } from "./workers-child.ts";

serveParent(open);

const againMs = 50;
const halfClosedAgainMs = 1_000;
const dripMs = 1_000;
const head = `POST ${webhookPath} HTTP/1.1\r\nHost: baton\r\nContent-Type: application/json\r\n`;

/** Every way to hold a connection without getting on. */
const ways: readonly ((socket: Socket) => void)[] = [
  // Connected, and then nothing.
  () => undefined,
  (socket) => socket.write(head),
  (socket) => socket.write(`${head}Content-Length: 60000\r\n\r\n[{"portalId":`),
  (socket) => socket.write(`${head}Content-Length: 60000\r\n\r\n[${" ".repeat(30_000)}`),
  // A byte a second, headers or body: slow, but never silent.
  (socket) => drip(socket, head),
  (socket) => {
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    drip(socket, "2\r\n[{\r\n".repeat(20));
  },
];

/** Half closed in the middle of a request: no more will come, and the sender listens on. Node hangs up at once. */
const halfClose = (socket: Socket) => socket.end(`${head}Content-Length: 20\r\n\r\n[{`);
const halfClosedShare = 0.05;

function drip(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable) socket.write(text.charAt(sent++ % text.length));
  }, dripMs);
  socket.once("close", () => clearInterval(timer));
}

async function open({ url, sockets }: StallOptions) {
  const { hostname, port } = new URL(url);
  const connected = new Set<Socket>();
  let again = 0;
  let isOver = false;

  function hold(index: number): void {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.once("connect", () => {
      connected.add(socket);
      if (index < sockets) ways[index % ways.length]?.(socket);
      else halfClose(socket);
    });
    socket.on("error", () => undefined);
    socket.resume().once("end", () => socket.destroy());
    socket.once("close", () => {
      connected.delete(socket);
      if (isOver) return;
      again += 1;
      setTimeout(() => hold(index), index < sockets ? againMs : halfClosedAgainMs);
    });
  }

  for (let index = 0; index < sockets * (1 + halfClosedShare); index += 1) hold(index);
  return {
    answer: async () => ({ open: connected.size, again }),
    async stop() {
      isOver = true;
      for (const socket of connected) socket.destroy();
    },
  };
}
