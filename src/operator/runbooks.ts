/** What to do when something is gone: each was done for real, and says what was seen. */
export type Runbook = { title: string; youSee: string; steps: readonly string[] };

export const runbooks: readonly Runbook[] = [
  {
    title: "After a crash",
    youSee: "",
    steps: [],
  },
];
