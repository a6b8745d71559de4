import { connect, createServer, type Socket } from "node:net";

/** A port of this machine that leads to another one, as long as it is open. */
export type Gate = {
  port: number;
  open(target: Target): void;
  /** Cuts what is connected; whoever comes is cut off at once. */
  shut(): void;
  stop(): Promise<void>;
};

export type Target = { host: string; port: number };

/** Leads nowhere until it is opened. */
export async function createGate(): Promise<Gate> {
  const sockets = new Set<Socket>();
  let target: Target | null = null;
  const server = createServer((client) => {
    if (target === null) return void client.destroy();
    join(sockets, client, connect(target));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();

  function shut(): void {
    target = null;
    for (const socket of sockets) socket.destroy();
  }

  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    open(next) {
      target = next;
    },
    shut,
    stop() {
      shut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function join(sockets: Set<Socket>, client: Socket, server: Socket): void {
  for (const [socket, other] of [
    [client, server],
    [server, client],
  ] as const) {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.pipe(other);
  }
}
