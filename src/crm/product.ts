import type { Connection } from "../model/connection.ts";
import type { Crm, RecordLinks } from "./crm.ts";
import type { CrmVariables } from "./variables.ts";

/** A CRM as the registry lists it: what is known of it before anybody has set it up, and without loading its SDK. */
export type CrmProduct<Settings extends object = object> = Pick<Crm, "name" | "title" | "policyWords"> & {
  /** One field is stage and status of a lead. */
  hasOneStatus: boolean;
  variables: CrmVariables<Settings>;
  /** Where a person finds a connection's records. Asks nobody: texts need neither tokens nor settings for it. */
  recordLinks(connection: Connection): RecordLinks;
  /** An id of a record as people paste it, the way the CRM itself writes it; what can be no id stays as it is. */
  recordId(text: string): string;
  /** `publicUrl`: where the CRM and browsers reach Baton; no trailing slash. */
  open(settings: Settings & { publicUrl: string }): Promise<Crm>;
};
