import { expect, test } from "@jest/globals";
import { recordLinks } from "../../src/crm/salesforce/record-links.ts";

test.each([
  ["acme.my.salesforce.com", "https://acme.lightning.force.com"],
  ["acme--dev.sandbox.my.salesforce.com", "https://acme--dev.sandbox.lightning.force.com"],
  ["127.0.0.1:4020", "http://127.0.0.1:4020"],
  ["localhost:4020", "http://localhost:4020"],
  ["localhost.acme.example", "https://localhost.acme.example"],
])("records of an org at %s are opened at %s", (uiHost, origin) => {
  const links = recordLinks({ uiHost });
  expect(links.lead("00Q000000000001AAA")).toBe(`${origin}/lightning/r/Lead/00Q000000000001AAA/view`);
  expect(links.account("001000000000001AAA")).toBe(`${origin}/lightning/r/Account/001000000000001AAA/view`);
});
