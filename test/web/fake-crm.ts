import { createHash } from "node:crypto";
import type { Crm, CrmWebhooks, Delivery, Installed } from "../../src/crm/crm.ts";
import { CrmError, Invalid } from "../../src/errors.ts";
import type { CrmEvent, Junk } from "../../src/model/event.ts";

export type FakeCrm = Crm & {
  webhooks: CrmWebhooks;
  /** What the next code gives, by code. */
  codes: Map<string, Installed>;
};

const hubspot = { name: "hubspot", title: "HubSpot" };

/** As much of a CRM as the web edge sees: one header instead of a signature, codes in a map instead of a token endpoint. */
export function createFakeCrm({ name, title }: Pick<Crm, "name" | "title"> = hubspot): FakeCrm {
  const codes = new Map<string, Installed>();
  return {
    name,
    title,
    policyWords: null,
    webhooks: {
      path: "/hubspot/webhooks",
      pathOf: () => "/hubspot/webhooks",
      mediaType: "application/json",
      acknowledgement: null,
      whyForged({ headers }) {
        if (headers["x-signature"] === "") return "no-signature";
        return headers["x-signature"] === "good" ? null : "wrong-signature";
      },
      parseDelivery,
    },
    codes,
    authorizeUrl: ({ state, redirectUri }) =>
      `http://crm.test/authorize?state=${state}&redirect_uri=${encodeURIComponent(redirectUri)}`,
    async exchangeCode({ code }) {
      const installed = codes.get(code);
      codes.delete(code);
      if (!installed) throw new CrmError("rejected", "BAD_AUTH_CODE");
      return installed;
    },
    refreshTokens: unused,
    connect: unused,
    createThrottle: unused,
  };
}

function unused(): never {
  throw new Error("the web edge does not call this");
}

function parseDelivery(body: string): Delivery {
  const elements = parseList(body);
  const events: CrmEvent[] = [];
  const junk: Junk[] = [];
  for (const element of elements) {
    const event = parseEvent(element);
    if (event) events.push(event);
    else junk.push(toJunk(element));
  }
  return { events, junk };
}

function parseList(body: string): unknown[] {
  const invalid = new Invalid("The delivery", [{ path: "", message: "is no list" }]);
  try {
    const list: unknown = JSON.parse(body);
    if (Array.isArray(list)) return list;
  } catch (error) {
    invalid.cause = error;
  }
  throw invalid;
}

function parseEvent(element: unknown): CrmEvent | null {
  if (typeof element !== "object" || element === null || !("lead" in element) || !("portal" in element)) return null;
  const { lead, portal } = element;
  const occurredAt = "at" in element ? String(element.at) : "2026-11-20T10:00:00.000Z";
  return {
    key: `${portal}:${lead}:${occurredAt}`,
    externalId: String(portal),
    subjectId: String(lead),
    occurredAt,
    change: { kind: "lead-changed", field: "stage", value: "marketingqualifiedlead" },
    byThisApp: false,
  };
}

function toJunk(element: unknown): Junk {
  const raw = Array.isArray(element) ? "a list" : JSON.stringify(element);
  return { key: createHash("sha256").update(raw).digest("hex"), externalId: null, raw, problem: "no-lead" };
}

export function anInstallation(changes: Partial<Installed> = {}): Installed {
  return {
    externalId: "62515",
    name: "Acme",
    timeZone: "Europe/Berlin",
    uiHost: "app.hubspot.com",
    scopes: ["oauth"],
    tokens: {
      accessToken: "access",
      refreshToken: "refresh",
      expiresAt: "2026-11-20T10:30:00.000Z",
      lifetimeMs: 1_800_000,
    },
    ...changes,
  };
}
