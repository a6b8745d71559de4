import type { CrmClient, Notifier } from "../crm/crm.ts";
import type { Receipt } from "../model/operation.ts";
import type { LeadWrite, Notice, TaskDraft } from "../model/task.ts";
import type { People } from "./people.ts";

/**
 * A client that speaks of people, where several CRMs have them: whose owner id it reads becomes the person's, and a
 * person's becomes the owner id that is written. Accounts, opportunities and reps come as the CRM has them: they are stored
 * like that, and the people among them are met when they are used (facts.ts). Asked anew at each call: who is whom changes.
 */
export function clientOfPeople(client: CrmClient, connectionId: string, people: () => People | null): CrmClient {
  const personOf = <Id extends string | null>(id: Id): Id =>
    id === null ? id : ((people()?.personOf(connectionId, id) ?? id) as Id);
  // Who has lost their user is refused by the CRM, and the next one gets the lead.
  const ownerIn = (personId: string): string => people()?.ownerIn(connectionId, personId) ?? personId;
  const draftOf = (draft: TaskDraft): TaskDraft => ({ ...draft, ownerId: ownerIn(draft.ownerId) });
  const writeOf = ({ ownerId, tasks, ...write }: LeadWrite): LeadWrite => ({
    ...write,
    ...(ownerId === undefined ? {} : { ownerId: ownerIn(ownerId) }),
    ...(tasks === undefined ? {} : { tasks: tasks.map(draftOf) }),
  });
  const { convertLeads } = client;
  return {
    ...client,
    ...(convertLeads === undefined
      ? {}
      : {
          async convertLeads(conversions, pay) {
            const own = conversions.map((each) => ({ ...each, ownerId: ownerIn(each.ownerId) }));
            return inPeople(await convertLeads(own, pay));
          },
        }),
    // It changes with what the account allows.
    get absenceIsProof() {
      return client.absenceIsProof;
    },
    async readLeads(...args) {
      const leads = await client.readLeads(...args);
      return leads.map((lead) => ({ ...lead, ownerId: personOf(lead.ownerId) }));
    },
    async readOwnerHistory(...args) {
      const histories = await client.readOwnerHistory(...args);
      return new Map(
        [...histories].map(([id, changes]) => [
          id,
          changes.map((change) => ({ ...change, ownerId: personOf(change.ownerId) })),
        ]),
      );
    },
    async readActivity(...args) {
      const activities = await client.readActivity(...args);
      return activities.map((activity) => ({
        ...activity,
        ownerId: personOf(activity.ownerId),
        touch: activity.touch === null ? null : { ...activity.touch, by: personOf(activity.touch.by) },
      }));
    },
    async readTasks(...args) {
      return (await client.readTasks(...args)).map((task) => ({ ...task, holderId: personOf(task.holderId) }));
    },
    async findTasks(...args) {
      return (await client.findTasks(...args)).map((task) => ({ ...task, holderId: personOf(task.holderId) }));
    },
    async updateLeads(writes, pay) {
      return inPeople(await client.updateLeads(writes.map(writeOf), pay));
    },
    ...(client.notifier === undefined ? {} : { notifier: notifierOf(client.notifier) }),
    createTasks: (drafts, pay) => client.createTasks(drafts.map(draftOf), pay),
  };

  function notifierOf(notifier: Notifier): Notifier {
    const noticeOf = (notice: Notice): Notice => ({ ...notice, recipientId: ownerIn(notice.recipientId) });
    return { ...notifier, send: (notices, pay) => notifier.send(notices.map(noticeOf), pay) };
  }

  function inPeople(receipts: ReadonlyMap<string, Receipt>): Map<string, Receipt> {
    const told = (receipt: Receipt): Receipt =>
      receipt.kind === "yielded" ? { ...receipt, toOwnerId: personOf(receipt.toOwnerId) } : receipt;
    return new Map([...receipts].map(([key, receipt]) => [key, told(receipt)]));
  }
}
