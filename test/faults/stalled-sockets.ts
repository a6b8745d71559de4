import { connect, type Socket } from "node:net";

export type StalledSockets = {
  /** How many the server holds open at this moment. */
  open(): number;
  /** How often it has dropped each of them at the least. */
  dropped(): number;
  stop(): void;
};

/**
 * So many connections that never finish a request: a third say nothing, a third send a header line every second, and a
 * third promise a body that does not come. One that is dropped comes back.
 */
export function openStalledSockets(url: string, count: number): StalledSockets {
  const { hostname, port, host } = new URL(url);
  const sockets = new Set<Socket>();
  const drops = new Array<number>(count).fill(0);
  let open = 0;
  let isOver = false;
  const head = `POST /hubspot/webhooks HTTP/1.1\r\nHost: ${host}\r\n`;

  function begin(each: number): void {
    const kind = each % 3;
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    let dribble: NodeJS.Timeout | undefined;
    socket.on("connect", () => {
      open += 1;
      if (kind > 0) socket.write(head);
      if (kind === 1) dribble = setInterval(() => socket.write("X-Slow: 1\r\n"), 1_000);
      if (kind === 2) socket.write("Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n[");
      socket.once("close", () => {
        open -= 1;
      });
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(dribble);
      sockets.delete(socket);
      if (isOver) return;
      drops[each] = (drops[each] ?? 0) + 1;
      setTimeout(() => !isOver && begin(each), 100);
    });
    socket.resume();
  }

  for (let each = 0; each < count; each += 1) begin(each);
  return {
    open: () => open,
    dropped: () => Math.min(...drops),
    stop() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
