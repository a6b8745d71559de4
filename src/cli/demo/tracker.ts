import type { Progress } from "../../deps.ts";

/** What the demo tells of a lead while it happens. */
export type Story =
  | { kind: "routed"; leadId: string; ms: number; round: number }
  | { kind: "not-routed"; leadId: string; ms: number }
  | { kind: "task"; leadId: string; taskId: string; round: number }
  | { kind: "sla"; leadId: string; what: SlaEvent };

export type SlaEvent = (Progress & { kind: "sla" })["what"];

export type Tracker = {
  /** The lead turned MQL now. */
  turned(leadId: string): void;
  /** For `onProgress`: never throws. */
  note(progress: Progress): void;
  /** Leads that have no owner with a task yet, and no reason for having none. */
  unsettled(): string[];
  /** Leads that were taken from a rep and not given to the next yet. */
  betweenReps(): number;
  sla(): Readonly<Record<SlaEvent, number>>;
};

/** For whoever plays: what happens is noted by who hears of it. */
export type Followed = Omit<Tracker, "note">;

type Lead = { turnedAtMs: number; state: "waiting" | "owned" | "settled"; round: number; isBetweenReps: boolean };

/** Follows each lead from MQL to its task. `tell` hears of it as it happens; `monotonic` is real time. */
export function createTracker(options: { monotonic: () => number; tell: (story: Story) => void }): Tracker {
  const { monotonic, tell } = options;
  const leads = new Map<string, Lead>();
  const sla: Record<SlaEvent, number> = { reminded: 0, breached: 0, touched: 0, reassigned: 0 };
  /** A timer and the regular look may both see the same thing: it is told once. */
  const told = new Set<string>();

  function note(lead: Lead, progress: Progress): void {
    const { leadId } = progress;
    const ms = monotonic() - lead.turnedAtMs;
    switch (progress.kind) {
      case "owner-written":
        if (lead.state !== "waiting") lead.round += 1;
        else lead.state = "owned";
        lead.isBetweenReps = false;
        tell({ kind: "routed", leadId, ms, round: lead.round });
        return;
      case "settled-without-owner":
        // The clock's status is written without an owner too.
        if (lead.isBetweenReps) lead.isBetweenReps = false;
        if (lead.state !== "waiting") return;
        lead.state = "settled";
        tell({ kind: "not-routed", leadId, ms });
        return;
      case "task-created":
        if (lead.state === "owned") lead.state = "settled";
        if (progress.taskId !== null) tell({ kind: "task", leadId, taskId: progress.taskId, round: lead.round });
        return;
      case "sla":
        if (told.has(`${progress.decisionId} ${progress.what}`)) return;
        told.add(`${progress.decisionId} ${progress.what}`);
        sla[progress.what] += 1;
        if (progress.what === "reassigned") lead.isBetweenReps = true;
        tell({ kind: "sla", leadId, what: progress.what });
        return;
      case "decided":
        return;
    }
  }

  return {
    turned(leadId) {
      leads.set(leadId, { turnedAtMs: monotonic(), state: "waiting", round: 0, isBetweenReps: false });
    },
    note(progress) {
      const lead = leads.get(progress.leadId);
      if (lead) note(lead, progress);
    },
    unsettled: () => [...leads].filter(([, { state }]) => state !== "settled").map(([leadId]) => leadId),
    betweenReps: () => [...leads.values()].filter(({ isBetweenReps }) => isBetweenReps).length,
    sla: () => ({ ...sla }),
  };
}
