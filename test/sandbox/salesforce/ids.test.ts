import { describe, expect, test } from "@jest/globals";
import { isId, to18 } from "../../../src/sandbox/salesforce/ids.ts";

describe("ids (salesforce.md §8 point 7)", () => {
  test.each([
    ["001A0000006Vm9r", "001A0000006Vm9rIAC"],
    ["00Q000000000001", "00Q000000000001EAA"],
    ["00Q000000000001EAA", "00Q000000000001EAA"],
  ])("%s is %s", (short, long) => expect(to18(short)).toBe(long));

  test.each([
    ["00Q000000000001", true],
    ["00Q000000000001EAA", true],
    ["00Q000000000001AAA", false],
    ["00q000000000001EAA", false],
    ["00Q00000000001", false],
    ["00Q00000000000-", false],
    ["", false],
  ])("is %j an id? %s", (text, is) => expect(isId(text)).toBe(is));
});
