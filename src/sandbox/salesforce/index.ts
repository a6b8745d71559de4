import type { LocalCrm } from "../local-crm.ts";

/** A local Salesforce. */
export const salesforce: LocalCrm = {
  name: "salesforce",
  title: "Salesforce",
  about: "a local Salesforce with one org",
  seedHolds: "users, queues, accounts, contacts, leads, opportunities",
  options: [{ flags: "--grpc-port <n>", name: "grpcPort", about: "of the Pub/Sub API; 0: any free port", default: 0 }],
  async loadServe() {
    return (await import("./serve.ts")).serveSalesforce;
  },
  async loadDemo() {
    return (await import("./demo/kit.ts")).salesforceKit;
  },
};
