import type { Answer } from "../../http.ts";
import { useSession } from "../auth/use-session.ts";
import { SalesforceError } from "../errors.ts";
import type { OpenCall, OpenRoute } from "../open-route.ts";
import { runLocked } from "../run-locked.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import { checkVersion } from "../versions.ts";
import type { Writer } from "../write-records.ts";
import { readCall, type SoapCall, soapAnswer, soapFault, soapRefusal } from "./envelope.ts";
import { operations, runAll } from "./operations.ts";

/** The Partner API, as far as REST has no counterpart (salesforce.md §8, 16 and 18). */
export function soapRoutes(state: SalesforceState): OpenRoute[] {
  const base = "/services/Soap/u/:version";
  return [
    {
      method: "POST",
      // The org's id may stand behind the version, as login tells the address.
      paths: [base, `${base}/:orgId`],
      caller: ({ text }) => state.sessions.look(/<(?:\w+:)?sessionId>\s*([^<\s]+)/.exec(text)?.[1] ?? ""),
      refuse: soapRefusal,
      handle: (call) => answerSoap(state, call),
    },
  ];
}

async function answerSoap(state: SalesforceState, call: OpenCall): Promise<Answer> {
  if (call.contentType !== "text/xml")
    throw soapFault("soapenv:Client", `unsupported content type ${call.contentType}`);
  const version = call.params.version ?? "";
  const asked = readCall(call.text, version);
  const { org, writer } = callerOf(state, asked);
  if (!org.limits.take())
    throw new SalesforceError(403, { errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." });
  checkVersion(`v${version}`);
  const { name, children } = asked.operation;
  const operation = operations.get(name);
  if (operation === undefined)
    throw soapFault("soapenv:Client", `No operation available for request {urn:partner.soap.sforce.com}${name}`);
  if (children.length > operation.most)
    throw new SalesforceError(400, {
      errorCode: "EXCEEDED_ID_LIMIT",
      message: `record limit reached. cannot submit more than ${operation.most} records into this call`,
    });
  return runLocked(org, { isStruck: call.isStruck, userId: writer.userId }, (unit) =>
    soapAnswer(name, runAll(operation, asked.operation, { unit, writer })),
  );
}

function callerOf(state: SalesforceState, { sessionId, writer }: SoapCall): { org: SandboxOrg; writer: Writer } {
  const session = useSession(state, sessionId);
  const org = session && state.orgs.get(session.orgId);
  if (session !== null && org) return { org, writer: { ...writer, userId: session.userId } };
  throw new SalesforceError(401, {
    errorCode: "INVALID_SESSION_ID",
    message: "Invalid Session ID found in SessionHeader: Illegal Session",
  });
}
