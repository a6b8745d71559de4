import type { LocalCrm } from "../local-crm.ts";

/** A local HubSpot. */
export const hubspot: LocalCrm = {
  name: "hubspot",
  title: "HubSpot",
  about: "a local HubSpot with one portal",
  seedHolds: "owners, teams, companies, contacts, deals",
  options: [
    {
      ...{ flags: "--webhooks <url>", name: "webhooks", about: "where webhooks go" },
      // A Baton on this machine, as the README starts it.
      default: "http://127.0.0.1:3000/hubspot/webhooks",
    },
    { flags: "--portal <id>", name: "portal", about: "the portal's id", default: 62515 },
  ],
  async loadServe() {
    return (await import("./serve.ts")).serveHubspot;
  },
  async loadDemo() {
    return (await import("./demo/kit.ts")).hubspotKit;
  },
};
