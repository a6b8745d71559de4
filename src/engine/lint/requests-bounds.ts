import type { Found, Lint } from "./finding.ts";

/** What other apps of an account, its own automations among them, are left at least. */
const mostShare = 0.9;
/** Of a usual account's day it is no more than reading in what there is takes. */
const leastShare = 0.02;

/** Numbers of `requests` by which the CRM's other apps stand still, or Baton does. */
export const requestsBounds: Lint = {
  severity: "warning",
  label: "a share of `requests` that leaves other apps, Baton itself or its urgent calls with nothing",
  find({ policy: { requests } }) {
    const { share, urgent } = requests;
    const found: Found[] = [];
    const tell = (key: "share" | "urgent", message: string, severity?: Found["severity"]): void => {
      const rules = [`requests, ${key}`];
      found.push({ message, rules, witness: null, ...(severity === undefined ? {} : { severity }) });
    };
    if (share > mostShare)
      tell(
        "share",
        `\`share\` of requests is ${share}: on a busy day hardly any call is left to the account's other apps, and once none is, the CRM refuses Baton's too; write 0.5, or what the others leave`,
      );
    if (share < leastShare)
      tell(
        "share",
        `\`share\` of requests is ${share}: reading in accounts and deals alone may take more, and leads wait for their owners then; write 0.5, or no less than 0.1`,
      );
    if (urgent === 0)
      tell(
        "urgent",
        "`urgent` of requests is 0: when the calls of the day are made, by whatever work, a hot lead waits for its owner as everything else does; write 0.05",
        "note",
      );
    return found;
  },
};
