type Steps = {
  /** What the environment says to a Baton that is to work on this CRM. */
  variables: Readonly<Record<string, string>>;
  /** Path of Baton's page that begins an installation, and what to do on the CRM's own page that it leads to. */
  install: { path: string; whatToDo: string };
  /** A call of the control API that makes a lead that qualifies. */
  lead: { path: string; body: object };
  /** Null: there is no control API. */
  controlUrl: string | null;
};

/** Where `serve` is unless it is told otherwise. */
const batonUrl = "http://127.0.0.1:3000";

/** Lines to paste into another terminal, and what to do there: from a local CRM to a lead that Baton routes. */
export function nextSteps({ variables, install, lead, controlUrl }: Steps): string[] {
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return [
    "In another terminal:",
    `  export ${settings.slice(0, 2).join(" ")}`,
    `  export ${settings.slice(2).join(" ")} BATON_ENCRYPTION_KEYS="k1:$(openssl rand -base64 32)"`,
    "  npm run baton -- serve",
    `Then open ${batonUrl}${install.path} and ${install.whatToDo}.`,
    ...(controlUrl === null
      ? []
      : [
          "A lead that qualifies:",
          `  curl -X POST ${controlUrl}${lead.path} -H 'content-type: application/json' -d '${JSON.stringify(lead.body)}'`,
        ]),
  ];
}
