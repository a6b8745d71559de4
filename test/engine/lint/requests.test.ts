import { describe, expect, test } from "@jest/globals";
import { lint } from "./planted.ts";

const found = (requests: object): [kind: string, severity: string, message: string][] =>
  lint({ sections: { requests } }).map(({ kind, severity, message }) => [kind, severity, message]);

describe("shares of the CRM's calls that make no sense are told with what happens and what to write", () => {
  test.each<[object, string, RegExp]>([
    [{ share: 1 }, "warning", /`share` of requests is 1: on a busy day hardly any call is left.*write 0\.5/],
    [{ share: 0.01 }, "warning", /`share` of requests is 0\.01: reading in accounts.*write 0\.5/],
    [{ urgent: 0 }, "note", /`urgent` of requests is 0:.*a hot lead waits.*write 0\.05/],
  ])("%j", (requests, severity, message) => {
    expect(found(requests)).toEqual([["requests-bounds", severity, expect.stringMatching(message)]]);
  });

  test.each([{}, { share: 0.9 }, { share: 0.02, urgent: 0.5 }])("%j is in order", (requests) => {
    expect(found(requests)).toEqual([]);
  });
});
