import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";

/** Jest transform: Node's own type stripping, so that tests run exactly what `node src/main.ts` runs. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: "strip" }) }),
  getCacheKey: (source) => createHash("sha1").update(source).update(process.version).digest("hex"),
};
