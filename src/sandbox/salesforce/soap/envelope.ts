import { escapeMarkup } from "../../html.ts";
import type { Answer } from "../../http.ts";
import type { ErrorEntry } from "../errors.ts";
import { RefusedAnswer } from "../errors.ts";
import type { Writer } from "../write-records.ts";
import { childAt, readXml, textAt, type XmlElement, XmlError } from "./read-xml.ts";

/** A call: its element in the body, and what the header says of it. */
export type SoapCall = { operation: XmlElement; sessionId: string; writer: Omit<Writer, "userId"> };

/** Reads an envelope of the Partner API. Throws a fault of one that is none. `version` is "66.0". */
export function readCall(document: string, version: string): SoapCall {
  const envelope = parsed(document);
  const header = childAt(envelope, "Header") ?? { name: "Header", text: "", children: [] };
  const operation = childAt(envelope, "Body")?.children[0];
  if (envelope.name !== "Envelope" || operation === undefined)
    throw soapFault("soapenv:Client", "Envelope with a Body is expected");
  const client = textAt(header, "CallOptions", "client") ?? "";
  return {
    operation,
    sessionId: textAt(header, "SessionHeader", "sessionId") ?? "",
    writer: {
      origin: `com/salesforce/api/soap/${version};client=${client}`,
      // Other than in REST no rule assigns unless the header asks for it.
      autoAssign:
        textAt(header, "AssignmentRuleHeader", "useDefaultRule") === "true" ||
        textAt(header, "AssignmentRuleHeader", "assignmentRuleId") !== null,
      allowDuplicates: textAt(header, "DuplicateRuleHeader", "allowSave") === "true",
    },
  };
}

function parsed(document: string): XmlElement {
  try {
    return readXml(document);
  } catch (error) {
    if (error instanceof XmlError) throw soapFault("soapenv:Client", error.message);
    throw error;
  }
}

/** Elements of an answer: a text, elements, several of one name, or nil. */
export type XmlContent = string | boolean | null | readonly XmlContent[] | { readonly [name: string]: XmlContent };

function markup(name: string, content: XmlContent): string {
  if (Array.isArray(content)) return content.map((each: XmlContent) => markup(name, each)).join("");
  if (content === null) return `<${name} xsi:nil="true"/>`;
  if (typeof content !== "object") return `<${name}>${escapeMarkup(String(content))}</${name}>`;
  const inner = Object.entries(content).map(([child, value]) => markup(child, value));
  return `<${name}>${inner.join("")}</${name}>`;
}

const envelopeOf = (body: string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"',
    ' xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
  ].join("");

const xmlAnswer = (status: number, body: string): Answer => ({
  ...{ status, body: envelopeOf(body) },
  headers: { "Content-Type": "text/xml; charset=utf-8" },
});

/** What an operation answers, one `result` for each that was asked. */
export function soapAnswer(operation: string, results: readonly XmlContent[]): Answer {
  return xmlAnswer(200, markup(`${operation}Response`, { result: results }));
}

/** A call that is refused as a whole. `code` has its prefix. */
export const soapFault = (code: string, message: string): RefusedAnswer =>
  new RefusedAnswer(xmlAnswer(500, markup("soapenv:Fault", { faultcode: code, faultstring: message })));

/** What REST would refuse, as a fault: HTTP 500 for all but an outage (salesforce.md §8, 3). */
export function soapRefusal(status: number, { errorCode, message }: ErrorEntry): Answer {
  const fault = {
    ...{ faultcode: `sf:${errorCode}`, faultstring: `${errorCode}: ${message}` },
    detail: {
      "sf:UnexpectedErrorFault": { "sf:exceptionCode": errorCode, "sf:exceptionMessage": message },
    },
  };
  return xmlAnswer(Math.max(status, 500), markup("soapenv:Fault", fault));
}
