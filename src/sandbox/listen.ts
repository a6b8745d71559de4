import { createServer, type RequestListener, type Server } from "node:http";

/** On 127.0.0.1; 0: any free port. Rejects when it is taken. */
export function listen(listener: RequestListener, port: number): Promise<Server> {
  // Room for a URL that is too long for a CRM, so that the CRM's own words say so.
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 65_536 }, listener);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** `http://127.0.0.1:PORT` */
export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox server does not listen on a port");
  return `http://127.0.0.1:${address.port}`;
}

/** Open connections are dropped: a client that keeps them alive would hold the server for ever. */
export function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
