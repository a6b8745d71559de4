import { PassThrough } from "node:stream";
import { CrmError } from "../../errors.ts";
import type { Access } from "../crm.ts";
import type { Answer } from "./errors.ts";
import { apiVersion, clientName } from "./settings.ts";

/** A call of the Partner API, for what REST has no resource for (salesforce.md §4.9): at most 100. */
export type SoapCall = { convertLead: readonly LeadConvert[] };

/** One lead to be converted into a contact of an account, without an opportunity. `contactId`: one that is there; left out: a new one. */
export type LeadConvert = {
  leadId: string;
  accountId: string;
  contactId?: string;
  ownerId: string;
  convertedStatus: string;
  doNotCreateOpportunity: true;
  overwriteLeadSource: false;
  sendNotificationEmail: false;
};

/** What jsforce hands over to be sent. */
type Outgoing = { method: string; url: string; headers?: Record<string, string>; body?: unknown };
type Deliver = (outgoing: Outgoing) => Promise<Answer & { text: string }>;

/** As in REST (salesforce.md §3.5); jsforce has no option for it. */
const duplicates = "<DuplicateRuleHeader><allowSave>true</allowSave></DuplicateRuleHeader>";
const endOfHeader = "</soapenv:Header>";

/** Faults that stand for a status of their own in REST; of the others nothing was done either. */
const statusOfFault: Readonly<Record<string, number>> = {
  INVALID_SESSION_ID: 401,
  REQUEST_LIMIT_EXCEEDED: 403,
  API_DISABLED_FOR_ORG: 403,
  API_CURRENTLY_DISABLED: 403,
  INSUFFICIENT_ACCESS: 403,
  SERVER_UNAVAILABLE: 503,
  UNKNOWN_EXCEPTION: 500,
};

/**
 * Gives the results of a call as a list, or its fault in the form and with the status that REST has for it. Throws what `deliver`
 * throws; CrmError `rejected` for a token that the Partner API does not take.
 */
export async function callSoap(call: SoapCall, { token, instanceUrl }: Access, deliver: Deliver): Promise<Answer> {
  const [{ Connection }, { StreamPromise }] = await Promise.all([
    import("jsforce"),
    import("jsforce/lib/util/promise.js"),
  ]);
  // One a call: the envelope is made with the connection's token, whenever that is.
  const connection = new Connection({
    ...{ instanceUrl: instanceUrl ?? "", version: apiVersion, accessToken: token, callOptions: { client: clientName } },
  });
  const seen: { answer: Answer | null } = { answer: null };
  const httpRequest = (outgoing: Outgoing) =>
    StreamPromise.create(() => ({
      stream: new PassThrough().end(),
      promise: deliver(withDuplicates(outgoing)).then((answer) => {
        seen.answer = answer;
        return { statusCode: answer.status, headers: answer.headers, body: answer.text };
      }),
    }));
  Object.assign(connection, { _transport: { httpRequest } });
  try {
    const body = await connection.soap.convertLead([...call.convertLead]);
    return { status: 200, headers: seen.answer?.headers ?? {}, body };
  } catch (error) {
    if (error instanceof CrmError || !(error instanceof Error)) throw error;
    if (seen.answer === null)
      throw new CrmError("rejected", `Salesforce was not asked: ${error.message}`, { cause: error });
    return faultOf(seen.answer, error);
  }
}

function withDuplicates({ headers: { "content-length": _, ...headers } = {}, body, ...rest }: Outgoing): Outgoing {
  return { ...rest, headers, body: String(body).replace(endOfHeader, () => duplicates + endOfHeader) };
}

/** What is no fault of Salesforce's, as a proxy's page, keeps its status and has no body. */
function faultOf({ status, headers }: Answer, error: Error): Answer {
  const code = "errorCode" in error ? /^\w+:([A-Z_]+)$/.exec(String(error.errorCode))?.[1] : undefined;
  if (code === undefined) return { status: status < 300 ? 500 : status, headers, body: null };
  return {
    ...{ status: statusOfFault[code] ?? 400, headers },
    body: [{ errorCode: code, message: error.message }],
  };
}
