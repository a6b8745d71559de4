import { HubspotError } from "./portal.ts";

/** Parses a JSON body, undefined for none; throws HubSpot's 400 for text that is not JSON. */
export function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new HubspotError(400, {
      message: "Invalid input JSON: the body could not be parsed",
      category: "VALIDATION_ERROR",
    });
  }
}
