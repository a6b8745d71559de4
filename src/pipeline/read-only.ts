import type { CrmClient } from "../crm/crm.ts";

/**
 * A client of a connection in shadow: whatever would change a record throws. Nothing is planned there, so that a call
 * is an error of ours; the CRM's records are not what it is found by.
 */
export function readOnly(client: CrmClient): CrmClient {
  const refuse = (what: string) => async (): Promise<never> => {
    throw new Error(`A connection in shadow was to ${what}: it writes nothing.`);
  };
  const { notifier } = client;
  return {
    ...client,
    ...(notifier === undefined ? {} : { notifier: { ...notifier, send: refuse("notify somebody") } }),
    updateLeads: refuse("update leads"),
    createTasks: refuse("create tasks"),
    updateTasks: refuse("update tasks"),
  };
}
