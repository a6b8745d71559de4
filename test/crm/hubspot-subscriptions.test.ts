import { expect, test } from "@jest/globals";
import { subscriptions } from "../../src/crm/hubspot/subscriptions.ts";
import { createDefaultApp } from "../../src/sandbox/hubspot/default-app.ts";

const typeIds: Readonly<Record<string, string>> = { contact: "0-1", company: "0-2", deal: "0-3" };

test("the sandbox's app listens to exactly what Baton says it needs", () => {
  const wanted = subscriptions.map(({ subscriptionType, objectType, propertyName }) =>
    [subscriptionType, objectType === undefined ? undefined : typeIds[objectType], propertyName].join(" "),
  );
  const seen = createDefaultApp().webhooks.subscriptions.map(({ subscriptionType, objectTypeId, propertyName }) =>
    [subscriptionType, objectTypeId, propertyName].join(" "),
  );
  expect(seen.sort()).toEqual(wanted.sort());
});
