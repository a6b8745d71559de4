import { HubspotError, type Portal } from "./portal.ts";

export type Problem = { name: string; code: string; message: string; value?: string };

/** 400 with category VALIDATION_ERROR; `extra` joins the body (hubspot.md §3.3). */
export function validationError(message: string, extra: Record<string, unknown> = {}): HubspotError {
  return new HubspotError(400, { message, category: "VALIDATION_ERROR", ...extra });
}

/** A body that is not of the endpoint's shape. */
export function invalidInput(what: string): HubspotError {
  return validationError(`Invalid input JSON on line 1, column 1: ${what}`);
}

/** One or more refused property values: the JSON text inside the message is HubSpot's own form (hubspot.md §3.3). */
export function invalidProperties(portal: Portal, problems: readonly Problem[]): HubspotError {
  const details = problems.map(({ name, code, message, value }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    ...(value === undefined ? {} : { propertyValue: value }),
    portalId: portal.id,
  }));
  return validationError(`Property values were not valid: ${JSON.stringify(details)}`, {
    errors: problems.map(({ name, code, message }) => ({ message, code, context: { propertyName: [name] } })),
  });
}

export function objectNotFound(): HubspotError {
  return new HubspotError(404, { message: "resource not found", category: "OBJECT_NOT_FOUND" });
}

/** hubspot.md §3.3: clients parse the id from the text. */
export function contactExists(id: string): HubspotError {
  return new HubspotError(409, { message: `Contact already exists. Existing ID: ${id}`, category: "CONFLICT" });
}

/** The body of an error as an entry of a 207's `errors` (hubspot.md §3.4). */
export function batchErrorEntry(error: HubspotError, context: Record<string, string[]>): Record<string, unknown> {
  return { status: "error", links: {}, errors: [], ...error.body, context: { ...contextOf(error), ...context } };
}

function contextOf(error: HubspotError): Record<string, unknown> {
  const { context } = error.body;
  return typeof context === "object" && context !== null ? { ...context } : {};
}
