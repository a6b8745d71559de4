import { expect, test } from "@jest/globals";
import { recordId, recordIds } from "../../src/crm/record-id.ts";

const salesforce = { crm: "salesforce" };

const lead = recordId(salesforce, "00Q5g00000ABcdE");

test("the 15 characters of a report are completed to the 18 of the API", () => {
  expect(recordId(salesforce, "0015000000Gv7qJ")).toBe("0015000000Gv7qJAAR");
  expect(recordId(salesforce, " 0015000000Gv7qJAAR\n")).toBe("0015000000Gv7qJAAR");
});

test("18 characters in whatever case mean the one record", () => {
  expect(lead).toHaveLength(18);
  for (const pasted of [lead, lead.toLowerCase(), lead.toUpperCase()]) expect(recordId(salesforce, pasted)).toBe(lead);
});

test.each([
  "",
  "4711",
  "00Q5g00000ABcdE!",
  "00Q5g00000ABcdEEA",
  "005g0000000000190T9",
  "001500000000000ZZZ",
])("%j is no id of that CRM and stays as it is", (text) => {
  expect(recordId(salesforce, text)).toBe(text);
});

test("numbers stay numbers, and whose id it is may be open", () => {
  expect(recordId({ crm: "hubspot" }, " 4711 ")).toBe("4711");
  expect(recordIds("4711")).toEqual(["4711"]);
  expect(recordIds("0015000000Gv7qJ")).toEqual(["0015000000Gv7qJ", "0015000000Gv7qJAAR"]);
});
