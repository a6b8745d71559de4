import { createServer } from "node:http";
import { createTransport } from "../../src/crm/hubspot/transport.ts";
import { CrmError } from "../../src/errors.ts";
import { listen } from "./listen.ts";

// Its own process: jest gives tests another global object than the one whose dispatcher Node's fetch asks.
const server = createServer((request, response) => {
  if (request.url !== "/half") return;
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write('{"results":[');
});
const transport = createTransport(await listen(server), { connectMs: 200, answerMs: 200 });

const kindOf = async (path: string, effect: "read" | "write") => {
  try {
    await transport({ method: "POST", path, effect, body: {} });
    return "answered";
  } catch (error) {
    return error instanceof CrmError ? error.kind : String(error);
  }
};
const kinds = await Promise.all([kindOf("/none", "read"), kindOf("/none", "write"), kindOf("/half", "write")]);
process.stdout.write(JSON.stringify(kinds));
process.exit(0);
