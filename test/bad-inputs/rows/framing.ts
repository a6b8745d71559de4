import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { delivery, event, type Parts, wire } from "../request.ts";
import { accepted, type DoorRow, refused } from "./row.ts";

const good = JSON.stringify(event("11", 7));
const stored = "11: lead 7";
const parked = "11: parked";
const mebibyte = 1024 * 1024;

const body = (text: string | Uint8Array, headers: Parts["headers"] = {}) => delivery({ body: text, headers });
const typed = (type: string | null, text: string | Uint8Array = `[${good}]`) => body(text, { "content-type": type });
const packed = (encoding: string, bytes: Uint8Array) => body(bytes, { "content-encoding": encoding });
/** An event whose id stands there in these letters. */
const withId = (literal: string) => body(`[${good.replace('"objectId":7', `"objectId":${literal}`)}]`);

const unreadable = refused(400, "unreadable");
const notJson = refused(415, "other-media-type");
const notUnpacked = refused(415, "unsupported-encoding");
const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
/** 64 MB in 64 kB: what would unpack it answered 413, when it had 1 MB of it. */
const bomb = Buffer.alloc(64 * mebibyte, "[");
const junk = Array.from({ length: 99 }, (_, index) => ({ odd: index }));
const one = delivery({ body: `[${good}]` });
const length = `Content-Length: ${one.body.length}`;

/** Body and framing [400/413/415, no crash, siblings kept]. */
export const framingRows: readonly DoorRow[] = [
  ["B049 empty body", { "": [body(""), unreadable] }],
  ["B050 {}", { "": [body("{}"), unreadable], "an event that is in no list": [body(good), unreadable] }],
  ["B051 null", { "": [body("null"), unreadable], "in a list": [body("[null]"), unreadable] }],
  ["B052 []", { "": [body("[]"), accepted()], "with spaces": [body(" [ ]\n"), accepted()] }],
  [
    "B053 1 MB and a byte",
    {
      "1 MB and a byte": [body(`[${good}]`.padEnd(mebibyte + 1)), refused(413, "too-large")],
      "in chunks, its length unsaid": [
        wire(one, ["Transfer-Encoding: chunked"], `100001\r\n${"x".repeat(mebibyte + 1)}\r\n0\r\n\r\n`),
        refused(413, null),
      ],
      "1 MB": [body(`[${good}]`.padEnd(mebibyte)), accepted(stored)],
    },
  ],
  [
    "B054 a bomb with Content-Encoding",
    {
      gzip: [packed("gzip", gzipSync(bomb)), notUnpacked],
      deflate: [packed("deflate", deflateSync(bomb)), notUnpacked],
      brotli: [packed("br", brotliCompressSync(`[${good}]`)), notUnpacked],
      "twice packed": [packed("gzip, gzip", gzipSync(gzipSync(bomb))), notUnpacked],
    },
  ],
  [
    "B057 Content-Length and Transfer-Encoding",
    {
      "the length first": [wire(one, [length, "Transfer-Encoding: chunked"], "0\r\n\r\n"), refused(400, null)],
      "the length last": [wire(one, ["Transfer-Encoding: chunked", length], "0\r\n\r\n"), refused(400, null)],
      "two lengths": [wire(one, [length, "Content-Length: 2"], `[${good}]`), refused(400, null)],
    },
  ],
  ["B058 text/plain", { "": [typed("text/plain"), notJson], "no type": [typed(null), notJson] }],
  [
    "B059 charset utf-16",
    {
      "": [typed("application/json; charset=utf-16", Buffer.from(`[${good}]`, "utf16le")), notJson],
      "utf-8 passes": [typed('application/json;charset="UTF-8"'), accepted(stored)],
    },
  ],
  ["B060 invalid UTF-8", { "": [body(Buffer.from(`[${good.replace("AUTO", "\xff")}]`, "latin1")), unreadable] }],
  ["B061 a byte order mark", { "": [body(`\uFEFF[${good}]`), unreadable] }],
  [
    "B062 10,000 lists in each other",
    {
      alone: [body(deep), unreadable],
      "beside an event": [body(`[${deep},${good}]`), accepted(stored, parked)],
      "in place of an id": [body(`[${good.replace(":7,", `:${deep},`)},${good}]`), accepted(stored, parked)],
      "in a field of which no event knows": [body(`[{"more":${deep},${good.slice(1)}]`), accepted(stored)],
      "beside an id of many digits": [
        body(`[${deep},${good.replace(":7,", ":9007199254740993,")}]`),
        accepted("11: lead 9007199254740993", parked),
      ],
    },
  ],
  [
    "B063 one event and 99 pieces of junk",
    {
      "": [body(JSON.stringify([...junk, event("11", 7)])), accepted(stored, ...junk.map(() => parked))],
      "the event first": [body(JSON.stringify([event("11", 7), ...junk])), accepted(stored, ...junk.map(() => parked))],
    },
  ],
  [
    "B064 objectId as text, a float, 2^53 + 1",
    {
      text: [withId('"7"'), accepted(stored)],
      "2^53 + 1": [withId("9007199254740993"), accepted("11: lead 9007199254740993")],
      "int64's greatest": [withId("9223372036854775807"), accepted("11: lead 9223372036854775807")],
      "a float": [withId("1.5"), accepted(parked)],
      negative: [withId("-1"), accepted(parked)],
      "beyond every number": [withId("1e400"), accepted(parked)],
      "a word": [withId('"abc"'), accepted(parked)],
      null: [withId("null"), accepted(parked)],
      "an object": [withId("{}"), accepted(parked)],
    },
  ],
  [
    "B065 duplicate keys: the last counts, as in every JSON parser",
    { "": [withId('1,"objectId":7'), accepted(stored)] },
  ],
  [
    "B066 NaN and Infinity literals",
    {
      NaN: [withId("NaN"), unreadable],
      Infinity: [withId("Infinity"), unreadable],
      "-Infinity": [withId("-Infinity"), unreadable],
      "NaN in a list": [body("[NaN]"), unreadable],
    },
  ],
];

/** Framing again: what never ends is let go when the time for a request is over. */
export const unendedRows: readonly DoorRow[] = [
  [
    "B055 Content-Length larger than the body",
    { "": [wire(one, [`Content-Length: ${one.body.length + 1}`], `[${good}]`), refused(408, null)] },
  ],
  [
    "B056 chunks that never end",
    {
      "a first one and no more": [
        wire(one, ["Transfer-Encoding: chunked"], `${one.body.length.toString(16)}\r\n[${good}]\r\n`),
        refused(408, null),
      ],
      none: [wire(one, ["Transfer-Encoding: chunked"], ""), refused(408, null)],
    },
  ],
];
