import { ControlError, readFields } from "../../control-input.ts";
import type { ControlCall, ControlRoute } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { recordId } from "../kinds.ts";
import type { SalesforceState } from "../state.ts";
import { appUser } from "./acting.ts";
import { orgNamed } from "./org-route.ts";

/** In which orgs the apps are. */
export const installationControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: ["/installations"],
    about: "which app is installed in which org, and as whom it runs there",
    handle: ({ apps }) => ({
      status: 200,
      body: {
        results: apps.flatMap(({ clientId, runAs }) =>
          [...runAs].map(([orgId, userId]) => ({ clientId, orgId, userId })),
        ),
      },
    }),
  },
  {
    method: "POST",
    paths: ["/installations"],
    about: "{orgId, userId?}: installs and connects the app without the OAuth pages; answers tokens",
    handle: install,
  },
  {
    method: "POST",
    paths: ["/installations/uninstall"],
    about: "{orgId}: the customer takes the app out: its tokens are void, nobody is told",
    handle: uninstall,
  },
];

function install(state: SalesforceState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const orgId = fields.need("orgId", recordId);
  const wanted = fields.maybe("userId", recordId);
  fields.check();
  const org = orgNamed(state, orgId);
  const userId = String(appUser(org, wanted).Id);
  return { status: 201, body: { orgId: org.id, userId, ...state.install({ orgId: org.id, userId }) } };
}

function uninstall(state: SalesforceState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const orgId = fields.need("orgId", recordId);
  fields.check();
  const org = orgNamed(state, orgId);
  if (state.uninstall({ orgId: org.id })) return { status: 204 };
  throw new ControlError(404, `The app is not installed in org ${org.id}`);
}
