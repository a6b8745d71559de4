import { isOfThisMachine } from "../variables.ts";

/** The origin of a CRM's pages on a host, as `Connection.uiHost` has it: a local CRM speaks HTTP, every other HTTPS. */
export function originOf(host: string): string {
  const plain = `http://${host}`;
  return isOfThisMachine(plain) ? plain : `https://${host}`;
}
