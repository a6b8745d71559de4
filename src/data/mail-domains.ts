import disposable from "./disposable-domains.json" with { type: "json" };
import freeMailAdded from "./free-mail-added.json" with { type: "json" };
import freeMail from "./free-mail-domains.json" with { type: "json" };
import platforms from "./platform-domains.json" with { type: "json" };

/** What a domain says about the company behind it. All take lower-case names without a trailing dot. */
export type MailDomains = {
  /** Anybody may have an address there. Takes a registrable domain. */
  isFreeMail(domain: string): boolean;
  /** Addresses that are thrown away. Takes a registrable domain. */
  isDisposable(domain: string): boolean;
  /** A host, or its parent, where the path or the subdomain names the company: networks, site builders, link pages. */
  isPlatform(host: string): boolean;
};

/** Builds the look-ups from the reviewed lists; call it once per app. */
export function loadMailDomains(): MailDomains {
  const freeMailDomains = new Set([...freeMail.entries, ...Object.keys(freeMailAdded.entries)]);
  const disposableDomains = new Set(disposable.entries);
  const platformHosts = new Set(platforms.entries);
  return {
    isFreeMail: (domain) => freeMailDomains.has(domain),
    isDisposable: (domain) => disposableDomains.has(domain),
    isPlatform: (host) => isBelow(host, platformHosts),
  };
}

/** Of www.acme.wixsite.com itself, acme.wixsite.com and wixsite.com are looked for. */
function isBelow(host: string, hosts: ReadonlySet<string>): boolean {
  let name = host;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".")) {
    if (hosts.has(name)) return true;
    name = name.slice(dot + 1);
  }
  return false;
}
