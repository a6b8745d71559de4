import type { CrmClient } from "../crm/crm.ts";
import type { Connection } from "../model/connection.ts";
import type { People } from "./people.ts";
import { clientOfPeople } from "./people-client.ts";
import { readOnly } from "./read-only.ts";

/** The client of a connection as the worker uses it: it speaks of people, and in shadow it writes nothing. */
export function clientOfLink(open: CrmClient, { id, mode }: Connection, people: () => People | null): CrmClient {
  const client = clientOfPeople(open, id, people);
  return mode === "shadow" ? readOnly(client) : client;
}
