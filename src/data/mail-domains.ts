import disposable from "./disposable-domains.json" with { type: "json" };
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
  const freeMailDomains = new Set(freeMail.entries);
  const disposableDomains = new Set(disposable.entries);
  const platformHosts = new Set(platforms.entries);
  return {
    isFreeMail: (domain) => freeMailDomains.has(domain),
    isDisposable: (domain) => disposableDomains.has(domain),
    isPlatform: (host) => parentsOf(host).some((name) => platformHosts.has(name)),
  };
}

/** www.acme.wixsite.com → itself, acme.wixsite.com, wixsite.com. */
function parentsOf(host: string): string[] {
  const labels = host.split(".");
  return labels.slice(0, -1).map((_, start) => labels.slice(start).join("."));
}
