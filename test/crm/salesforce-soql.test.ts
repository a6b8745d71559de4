import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { names, soql } from "../../src/crm/salesforce/soql.ts";
import { plainText } from "../../src/crm/salesforce/task-text.ts";

test.each<[string, string, string]>([
  ["a quote", soql`WHERE Name = ${"O'Re\\il"}`, "WHERE Name = 'O\\'Re\\\\il'"],
  ["a line break", soql`WHERE Name = ${"a\nb"}`, "WHERE Name = 'a\\nb'"],
  ["a date", soql`WHERE At > ${new Date("2026-11-20T09:00:00Z")}`, "WHERE At > 2026-11-20T09:00:00.000Z"],
  ["a list", soql`WHERE Id IN ${["a", "b'"]}`, "WHERE Id IN ('a','b\\'')"],
  ["names", soql`SELECT ${names(["Id", "Owner.Name"])} FROM Lead`, "SELECT Id, Owner.Name FROM Lead"],
  ["a number and a truth", soql`WHERE A = ${3} AND B = ${true}`, "WHERE A = 3 AND B = true"],
])("%s becomes a literal", (_what, made, wanted) => {
  expect(made).toBe(wanted);
});

test("a list without values would mean every record", () => {
  expect(() => soql`SELECT Id FROM Lead WHERE Id IN ${[]}`).toThrow("every record");
});

test("no text ends its literal", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const [, inner] = /^x = '([\s\S]*)'$/.exec(soql`x = ${text}`) ?? [];
      // What is left when each escaped character is taken out has no quote and no lone backslash.
      expect((inner ?? "'").replace(/\\[\\'"nrtbf]/g, "")).not.toMatch(/['\\]/);
    }),
  );
});

test.each([
  ["<p>Asked for a demo.</p><p>Call &amp; ask.</p>", "Asked for a demo.\nCall & ask."],
  ["<ul><li>one</li><li>two</li></ul>", "- one\n- two"],
  ["a<br>b", "a\nb"],
  ["&lt;script&gt;", "<script>"],
])("%s reads %j", (html, words) => {
  expect(plainText(html)).toBe(words);
});
