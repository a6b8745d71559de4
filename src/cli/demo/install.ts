import { Refused } from "../../refused.ts";
import { pageWords } from "../../sandbox/page-words.ts";

/**
 * Installs Baton in an account as its administrator does with a browser: Baton's address, the CRM's page, and back.
 * `address`: `https://…/<crm>/install`, or that of a link. `allow`: what is done on the CRM's page; answers where the
 * browser is sent then. Throws Refused with what the page said when the account is not connected at the end.
 */
export async function installApp(address: string, allow: (authorizeUrl: string) => Promise<string>): Promise<void> {
  const begun = await fetch(address, { redirect: "manual" });
  const authorize = begun.headers.get("location");
  const cookie = begun.headers.getSetCookie()[0]?.split(";", 1)[0];
  if (authorize === null || cookie === undefined)
    throw new Refused(`Baton did not begin the installation: ${await pageWords(begun)}`);
  const callback = await allow(authorize).catch((error: unknown) => {
    throw new Refused(error instanceof Error ? error.message : String(error), { cause: error });
  });
  const connected = await fetch(callback, { headers: { cookie } });
  if (!connected.ok) throw new Refused(`Baton is not connected: ${await pageWords(connected)}`);
  await connected.arrayBuffer();
}
