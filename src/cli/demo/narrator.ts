import type { Progress } from "../../deps.ts";
import type { Cli } from "../cli.ts";
import type { DemoClock } from "./clock.ts";
import type { Leads, ToldLead } from "./places.ts";
import { createPlayer, type Player } from "./player.ts";
import { createSync } from "./sync.ts";
import { createLook, createPaint, type Look, notRoutedLine, reassignedLine, routedLine, slaLine } from "./terminal.ts";
import { createTracker, type Followed, type SlaEvent, type Story } from "./tracker.ts";

export type Narrator = {
  tracker: Followed;
  /** For `onProgress`: never throws. */
  note(progress: Progress): void;
  /** From here on there are CRMs to look into, and reps who act. */
  begin(scene: { clock: DemoClock; leads: Leads }): void;
  title(text: string): void;
  /** From here on nothing is told. */
  end(): void;
};

type Scene = { clock: DemoClock; leads: Leads; player: Player; look: Look; sync: ReturnType<typeof createSync> };

/** Prints a line for what happens to each lead, and lets the reps have their tasks. */
export function createNarrator(cli: Cli, options: { seed: number; tellsTouches: boolean }): Narrator {
  let scene: Scene | null = null;
  /** Who had the lead when it was last given to somebody. */
  const holders = new Map<string, string>();
  const troubled = new Set<string>();
  const tracker = createTracker({ monotonic: cli.clock.monotonic, tell: (story) => scene && tell(scene, story) });

  function tell(scene: Scene, story: Story): void {
    const { leadId } = story;
    const lead = scene.leads.view(leadId);
    const about = { lead, at: scene.clock.now(), look: scene.look };
    switch (story.kind) {
      case "routed":
        if (lead.ownerName !== null) holders.set(leadId, lead.ownerName);
        scene.sync.ownerWritten(leadId);
        // By the CRM's own stamps, as the table at the end counts.
        cli.print(story.round === 0 ? routedLine(about, { ms: lead.ownerAfterMs ?? story.ms }) : reassignedLine(about));
        return;
      case "not-routed":
        cli.print(notRoutedLine(about, story));
        return;
      case "task":
        scene.player.taskGiven(story);
        return;
      case "sla":
        tellSla(scene, { ...about, leadId }, story.what);
    }
  }

  type OfLead = { leadId: string; lead: ToldLead; at: number; look: Look };

  function tellSla({ leads, player }: Scene, about: OfLead, what: SlaEvent): void {
    const { lead, leadId } = about;
    const act = what === "touched" ? player.actOn(leadId) : null;
    const actor = act && leads.recordOf(leadId).place.crm.ownerName(act.ownerId);
    const repName = actor ?? holders.get(leadId) ?? lead.ownerName ?? "nobody";
    // Of a long list only those are told that somebody nearly missed.
    if (what === "touched" && !options.tellsTouches && !troubled.has(leadId)) return;
    if (what !== "touched") troubled.add(leadId);
    cli.print(slaLine(about, { what, act, repName }));
  }

  return {
    tracker,
    note(progress) {
      const leadId = scene?.leads.leadWith(progress.leadId) ?? null;
      if (leadId === null) return;
      if (progress.kind === "decided") scene?.leads.decidedAs(progress.leadId);
      // Whichever of its records was decided and written, it is the lead that qualified.
      tracker.note({ ...progress, leadId });
    },
    begin({ clock, leads }) {
      const player = createPlayer({ leads, clock, seed: options.seed });
      const records = leads.ids.flatMap((id) => [leads.recordOf(id), ...leads.othersOf(id)]);
      const shown = records.map(({ id, place }) => ({ id, place: place.title }));
      const look = createLook(cli.isTerminal, shown);
      scene = { clock, leads, player, look, sync: createSync({ leads, clock }) };
    },
    title(text) {
      cli.print("");
      cli.print(createPaint(cli.isTerminal)("bold", text));
    },
    end() {
      scene = null;
    },
  };
}
