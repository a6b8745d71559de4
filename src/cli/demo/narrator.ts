import type { Cli } from "../cli.ts";
import { ownerName, viewLead } from "./lead-view.ts";
import { createPlayer, type Player } from "./player.ts";
import type { Stage } from "./stage.ts";
import { createLook, notRoutedLine, reassignedLine, routedLine, slaLine } from "./terminal.ts";
import { createTracker, type SlaEvent, type Story, type Tracker } from "./tracker.ts";

export type Narrator = {
  tracker: Tracker;
  /** From here on there is a portal to look into, and reps who act. */
  begin(stage: Stage): void;
  title(text: string): void;
  /** From here on nothing is told. */
  end(): void;
};

type Scene = { stage: Stage; player: Player };

/** Prints a line for what happens to each lead, and lets the reps have their tasks. */
export function createNarrator(cli: Cli, options: { seed: number; tellsTouches: boolean }): Narrator {
  const look = createLook(cli.isTerminal);
  let scene: Scene | null = null;
  /** Who had the lead when it was last given to somebody. */
  const holders = new Map<string, string>();
  const troubled = new Set<string>();
  const tracker = createTracker({ monotonic: cli.clock.monotonic, tell: (story) => scene && tell(scene, story) });

  function tell({ stage, player }: Scene, story: Story): void {
    const { leadId } = story;
    const lead = viewLead(stage.portal, leadId);
    const about = { lead, at: stage.clock.now(), look };
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
        player.taskGiven(story);
        return;
      case "sla":
        tellSla({ stage, player }, { ...about, what: story.what });
    }
  }

  function tellSla({ stage, player }: Scene, about: Parameters<typeof slaLine>[0] & { what: SlaEvent }): void {
    const { lead, what } = about;
    const act = what === "touched" ? player.actOn(lead.id) : null;
    const repName = act ? ownerName(stage.portal, act.ownerId) : (holders.get(lead.id) ?? lead.ownerName ?? "nobody");
    // Of a long list only those are told that somebody nearly missed.
    if (what === "touched" && !options.tellsTouches && !troubled.has(lead.id)) return;
    if (what !== "touched") troubled.add(lead.id);
    cli.print(slaLine(about, { what, act, repName }));
  }

  return {
    tracker,
    begin(stage) {
      scene = { stage, player: createPlayer({ portal: stage.portal, clock: stage.clock, seed: options.seed }) };
    },
    title(text) {
      cli.print("");
      cli.print(look.paint("bold", text));
    },
    end() {
      scene = null;
    },
  };
}
