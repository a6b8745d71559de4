import { uninstallApp } from "./installs.ts";
import type { Call, Route } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

/** Account info and our own uninstall (hubspot.md §2.2, §2.3). */
export function accountRoutes(state: HubspotState): Route[] {
  return [
    {
      method: "GET",
      paths: ["/account-info/:version/details", "/account-info/v3/details"],
      scopes: () => ["oauth"],
      handle: ({ portal, now }) => ({ status: 200, body: accountDetails(portal, now) }),
    },
    {
      method: "DELETE",
      paths: ["/appinstalls/:version/external-install", "/appinstalls/v3/external-install"],
      scopes: () => ["oauth"],
      handle({ portal, app }) {
        uninstallApp(state, { portalId: portal.id, appId: app.id });
        return { status: 204 };
      },
    },
  ];
}

function accountDetails(portal: Call["portal"], now: number) {
  const offsetMs = zoneOffsetMs(portal.timeZone, now);
  return {
    portalId: portal.id,
    portalName: portal.name,
    accountType: "STANDARD",
    timeZone: portal.timeZone,
    companyCurrency: "EUR",
    additionalCurrencies: [],
    utcOffset: formatOffset(offsetMs),
    utcOffsetMilliseconds: offsetMs,
    uiDomain: portal.uiDomain,
    dataHostingLocation: portal.uiDomain.includes("eu1") ? "eu1" : "na1",
  };
}

/** Milliseconds that local time in `timeZone` is ahead of UTC at that moment. */
function zoneOffsetMs(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === "-" ? -size : size;
}

function formatOffset(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
