import { Refused } from "../../refused.ts";

/**
 * Installs Baton in a portal as a super admin with a browser does: Baton's install address, HubSpot's page with its
 * form, and back. Throws Refused with what the page said when the app is not connected at the end.
 */
export async function installApp(options: {
  appUrl: string;
  hubspotUrl: string;
  portalId: number;
  userId: number;
}): Promise<void> {
  const begun = await fetch(`${options.appUrl}/hubspot/install`, { redirect: "manual" });
  const authorize = begun.headers.get("location");
  const cookie = begun.headers.getSetCookie()[0]?.split(";", 1)[0];
  if (authorize === null || cookie === undefined)
    throw new Refused(`Baton did not begin the installation: ${await words(begun)}`);

  const page = await fetch(authorize);
  if (!page.ok) throw new Refused(`HubSpot does not show its page: ${await words(page)}`);
  await page.arrayBuffer();

  const fields = new URLSearchParams(new URL(authorize).search);
  fields.set("portal_id", String(options.portalId));
  fields.set("user_id", String(options.userId));
  fields.set("decision", "allow");
  for (const scope of fields.get("optional_scope")?.split(" ") ?? []) fields.append("grant", scope);
  const allowed = await fetch(`${options.hubspotUrl}/oauth/authorize`, {
    method: "POST",
    body: fields,
    redirect: "manual",
  });
  const callback = allowed.headers.get("location");
  if (callback === null) throw new Refused(`HubSpot did not grant the access: ${await words(allowed)}`);

  const connected = await fetch(callback, { headers: { cookie } });
  if (!connected.ok) throw new Refused(`Baton is not connected: ${await words(connected)}`);
  await connected.arrayBuffer();
}

/** What a page says, without its markup. */
async function words(response: Response): Promise<string> {
  const text = (await response.text()).replaceAll(/<(style|head)[\s\S]*?<\/\1>|<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  return `${response.status} ${text.trim().slice(0, 300)}`;
}
