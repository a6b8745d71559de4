import type { Found, Lint, LintInput } from "./finding.ts";
import { routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";

/** The queue that Baton itself watches: its leads are tasks of the CRM and rows of the alerts. */
const watchedQueue = "unrouted";

/** A waterfall that can end where nobody looks: no catch-all person, and a queue that is nobody's. */
export const deadEnd: Lint = {
  severity: "error",
  label: "a waterfall that can end where nobody looks",
  find(input: LintInput): Found[] {
    const { catchAll } = input.policy;
    const isWatched = catchAll.reviewer !== null || catchAll.queueId === watchedQueue;
    if (catchAll.repId !== null || isWatched) return [];
    const lead = routableLead(input);
    return [
      {
        message: `the waterfall can end in the queue "${catchAll.queueId}", which nobody watches: name a person under catch_all.rep or a reviewer of it, or use the queue ${watchedQueue}, which Baton lists with its alerts`,
        rules: ["waterfall", "catch_all"],
        witness: lead === null ? null : show(input, lead, { reps: [] }),
      },
    ];
  },
};
