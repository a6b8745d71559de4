import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { salesforce } from "../../src/crm/salesforce/index.ts";
import { scale } from "../faults/scale.ts";
import { type Door, openDoorOf } from "./door.ts";
import { endingsOf, play } from "./play.ts";
import { publicUrl } from "./request.ts";
import { addressOf, clientSecret, message, orgs, outboundRows, posted } from "./rows/outbound.ts";

let door: Door;
beforeAll(async () => {
  const urls = { publicUrl, loginUrl: "http://127.0.0.1:9", pubSubUrl: "127.0.0.1:9" };
  const crm = salesforce({ clientId: "baton", clientSecret, leadAccountField: null, holidayNames: [], ...urls });
  door = await openDoorOf({ crm, accounts: orgs });
});
afterAll(() => door.world.stop());

describe("reliability.md §5.4: what no org sent to its own address is refused, and nothing of it stored", () => {
  test.each(outboundRows)("%s", async (_title, forms) => {
    expect(await play(door, forms)).toEqual(endingsOf(forms));
  });
});

test("what is stored is acknowledged as Salesforce expects it, also when it comes once more", async () => {
  await door.clear();
  const send = async () => {
    const response = await fetch(`${door.world.url}${addressOf(orgs.a)}`, {
      method: "POST",
      headers: { "content-type": "text/xml; charset=utf-8" },
      body: message({
        fields:
          "<sf:Id>00Q5g00000lead1EAA</sf:Id><sf:Status>MQL</sf:Status><sf:LastModifiedDate>2026-11-20T10:00:00.000Z</sf:LastModifiedDate>",
      }),
    });
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  const acknowledged = [200, "text/xml; charset=utf-8", expect.stringContaining("<Ack>true</Ack>")];

  expect([await send(), await send()]).toEqual([acknowledged, acknowledged]);
  expect(await door.stored()).toEqual([`${orgs.a}: lead 00Q5g00000lead1EAA`]);
});

test("a message that leaves out the status is acknowledged, parked, and an admin is told what to add", async () => {
  await door.clear();
  await door.send(posted(message({ fields: "<sf:Id>00Q5g00000lead1EAA</sf:Id>" })));

  expect(await door.stored()).toEqual([`${orgs.a}: parked`]);
});

test("another media type is none of ours", async () => {
  expect(await door.send(posted(message(), addressOf(orgs.a), "application/json"))).toEqual({
    ...{ status: 415, code: "other-media-type" },
  });
});

test(
  "whatever is changed of a message, nothing but events of its own org is stored",
  async () => {
    await door.clear();
    const bytes = Buffer.from(message());
    const changed = fc.record({ at: fc.nat({ max: bytes.length - 1 }), byte: fc.integer({ min: 0, max: 255 }) });
    const property = fc.asyncProperty(changed, async ({ at, byte }) => {
      const body = Buffer.from(bytes);
      body[at] = byte;
      const { status } = await door.send({ ...posted(""), body });
      return [200, 400, 401].includes(status);
    });
    await fc.assert(property, { numRuns: scale(500, 20_000) });

    expect((await door.stored()).filter((line) => !line.startsWith(`${orgs.a}:`))).toEqual([]);
  },
  scale(30_000, 600_000),
);
