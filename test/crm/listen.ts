import type { Server } from "node:http";

/** Listens on a free port of this machine; gives the address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a port");
  return `http://127.0.0.1:${address.port}`;
}
