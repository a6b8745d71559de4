import type { Cli } from "../cli.ts";
import type { DemoClock } from "./clock.ts";
import type { Leads, ToldLead } from "./places.ts";
import { createPlayer, type Player } from "./player.ts";
import { createLook, type Look, notRoutedLine, reassignedLine, routedLine, slaLine } from "./terminal.ts";
import { createTracker, type SlaEvent, type Story, type Tracker } from "./tracker.ts";

export type Narrator = {
  tracker: Tracker;
  /** From here on there are CRMs to look into, and reps who act. */
  begin(scene: { clock: DemoClock; leads: Leads }): void;
  title(text: string): void;
  /** From here on nothing is told. */
  end(): void;
};

type Scene = { clock: DemoClock; leads: Leads; player: Player; look: Look };

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
        tellSla(scene, about, story.what);
    }
  }

  function tellSla({ leads, player }: Scene, about: { lead: ToldLead; at: number; look: Look }, what: SlaEvent): void {
    const { lead } = about;
    const act = what === "touched" ? player.actOn(lead.id) : null;
    const actor = act && leads.placeOf(lead.id).crm.ownerName(act.ownerId);
    const repName = actor ?? holders.get(lead.id) ?? lead.ownerName ?? "nobody";
    // Of a long list only those are told that somebody nearly missed.
    if (what === "touched" && !options.tellsTouches && !troubled.has(lead.id)) return;
    if (what !== "touched") troubled.add(lead.id);
    cli.print(slaLine(about, { what, act, repName }));
  }

  return {
    tracker,
    begin({ clock, leads }) {
      const player = createPlayer({ leads, clock, seed: options.seed });
      scene = { clock, leads, player, look: createLook(cli.isTerminal, leads.ids.map(leads.view)) };
    },
    title(text) {
      cli.print("");
      cli.print(createLook(cli.isTerminal, []).paint("bold", text));
    },
    end() {
      scene = null;
    },
  };
}
