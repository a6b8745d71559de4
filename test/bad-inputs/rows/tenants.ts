import { delivery, event } from "../request.ts";
import { accepted, type DoorRow } from "./row.ts";

/** Portals A and B are installed; C and D were (see portals in door.ts); nobody knows 999. */
const body = (...events: readonly unknown[]) => delivery({ body: JSON.stringify(events) });
const forA = "11: lead 1";
const forB = "22: lead 2";

/** Tenant mix-up [404/204]: an event is its own portal's and nobody else's. */
export const tenantRows: readonly DoorRow[] = [
  [
    "B093 portalId of B signed by the app for A's URL",
    {
      "": [
        delivery({ target: "/hubspot/webhooks?portalId=11", body: JSON.stringify([event("22", 2)]) }),
        accepted(forB),
      ],
      "A named in the event as well": [body(event("22", 2, { accountId: 11, hubId: 11 })), accepted(forB)],
      "A's and B's id in one": [
        delivery({ body: JSON.stringify([event("11", 2)]).replace('"portalId":11', '"portalId":11,"portalId":22') }),
        accepted(forB),
      ],
    },
  ],
  [
    "B094 portals mixed in one batch",
    {
      "": [body(event("11", 1), event("22", 2)), accepted(forA, forB)],
      "one object id in both": [body(event("11", 1), event("22", 1)), accepted(forA, "22: lead 1")],
      "junk of one of them": [body(event("11", 1), event("22", -1)), accepted(forA, "22: parked")],
      // Whose it is cannot be said: it is counted, and given to neither.
      "junk of nobody": [body(event("11", 1), event("22", 2), { odd: true }), accepted(forA, forB)],
    },
  ],
  [
    "B095 unknown portal",
    {
      "": [body(event("999", 9)), accepted()],
      "beside A": [body(event("999", 9), event("11", 1)), accepted(forA)],
      // What names no account that anybody could read is shown to the one that all its siblings are of.
      "no number at all": [
        body(event("11", 9, { portalId: "22 or 1=1" }), event("11", 1)),
        accepted(forA, "11: parked"),
      ],
    },
  ],
  [
    "B096 uninstalled portal",
    {
      // HubSpot does not tell of an uninstall, and what is revoked may be installed again: it waits for that.
      "its grant is gone": [body(event("33", 3), event("11", 1)), accepted(forA, "33: lead 3")],
      "removed for good": [body(event("44", 4), event("11", 1)), accepted(forA)],
    },
  ],
];
