import { SalesforceError } from "./errors.ts";

/** API versions that are served (salesforce.md "Versions"); older ones are retired. */
const newest = 68;
const oldest = 31;
const seasons = ["Winter", "Spring", "Summer"];

/** What `GET /services/data` answers, oldest first. */
export const versionList = Array.from({ length: newest - oldest + 1 }, (_, index) => {
  const number = oldest + index;
  const [season, year] = [seasons[(number - 68 + 999) % 3], 27 + Math.floor((number - 68) / 3)];
  return { label: `${season} '${year}`, url: `/services/data/v${number}.0`, version: `${number}.0` };
});

/** Throws of a version that is not served: 404 when it never was, 410 when it is retired. `version` is "v66.0". */
export function checkVersion(version: string): void {
  const number = Number(/^v(\d+)\.0$/.exec(version)?.[1]);
  if (number >= oldest && number <= newest) return;
  if (number >= 7 && number < oldest)
    throw new SalesforceError(410, {
      errorCode: "UNSUPPORTED_API_VERSION",
      message: `The requested API version ${version} is retired`,
    });
  throw new SalesforceError(404, { errorCode: "NOT_FOUND", message: "The requested resource does not exist" });
}
