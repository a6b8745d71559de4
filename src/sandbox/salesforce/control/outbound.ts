import {
  ControlError,
  isObject,
  type Kind,
  listOf,
  number,
  optional,
  readFields,
  refuseOthers,
  text,
  url,
} from "../../control-input.ts";
import type { ControlRoute } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import type { OutboundRule } from "../outbound/outbox.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import { orgOf } from "./org-route.ts";

/** Outbound messages: which flows send them where, and what became of each try. */
export const outboundControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: ["/orgs/:orgId/outbound-messages"],
    about: "{rules, waiting, tries, switches}: what is sent where, and what became of it",
    handle: (state, call) => answerOf(orgOf(state, call)),
  },
  {
    method: "PUT",
    paths: ["/orgs/:orgId/outbound-messages"],
    about: "[{url, object, fields, when: {field, value}}]: these and no others",
    handle(state, call) {
      const org = orgOf(state, call);
      const rules = ruleList.read(call.body);
      if (rules === undefined) throw new ControlError(400, `the body must be ${ruleList.wanted}`);
      const unknown = rules.find(({ object }) => org.objects.get(object.toLowerCase())?.name !== object);
      if (unknown !== undefined) throw new ControlError(400, `There is no object ${unknown.object}`);
      org.outbox.rules.splice(0, org.outbox.rules.length, ...rules);
      return answerOf(org);
    },
  },
  {
    method: "PATCH",
    paths: ["/orgs/:orgId/outbound-messages"],
    about: "{duplicates?}: how many times more a message goes that was acknowledged",
    handle(state, call) {
      const org = orgOf(state, call);
      const fields = readFields(call.body);
      refuseOthers(fields, Object.keys(org.outbox.switches));
      const changed = optional(fields, "duplicates", number);
      fields.check();
      Object.assign(org.outbox.switches, changed);
      return answerOf(org);
    },
  },
];

function answerOf({ outbox }: SandboxOrg): Answer {
  const { rules, tries, switches } = outbox;
  return { status: 200, body: { rules, waiting: outbox.waiting(), tries, switches } };
}

const ruleList: Kind<OutboundRule[]> = listOf({
  wanted: "{url, object, fields, when: {field, value}}",
  blank: { url: "", object: "", fields: [], when: { field: "", value: "" } },
  read(value) {
    if (!isObject(value) || !isObject(value.when)) return undefined;
    const [address, object, fields] = [url.read(value.url), text.read(value.object), listOf(text).read(value.fields)];
    const [field, wanted] = [text.read(value.when.field), text.read(value.when.value)];
    if (!address || !object || !fields || !field || !wanted) return undefined;
    return { url: address, object, fields, when: { field, value: wanted } };
  },
});
