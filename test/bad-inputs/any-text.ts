import fc from "fast-check";
import { queryRows } from "./rows/queries.ts";

const unit = fc.oneof(
  fc.constantFrom("'", '"', "\\", "%", "_", "\0", "\n", "\r", "\t", "u", ";", "(", ")", ":", " "),
  // Halves of surrogate pairs too: JSON can bring them.
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
);

/** Any text, with what queries are made of more often than chance has it; and the rows of the catalogue, changed. */
export const anyText = fc.oneof(
  fc.string({ unit, minLength: 1 }),
  fc.tuple(fc.constantFrom(...queryRows), fc.nat(), fc.string({ unit })).map(([[, text], at, more]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + more + text.slice(place);
  }),
);
