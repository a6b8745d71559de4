import { createDemoClock, type DemoClock } from "../../../src/cli/demo/clock.ts";
import { fillPlaces, type Leads } from "../../../src/cli/demo/places.ts";
import { administrator } from "../../../src/cli/demo/reps.ts";
import type { World } from "../../../src/cli/demo/world.ts";
import { onPortal } from "../../../src/sandbox/hubspot/demo/kit.ts";
import type { Portal } from "../../../src/sandbox/hubspot/portal.ts";
import { startHubspot } from "../../../src/sandbox/hubspot/server.ts";

export type DemoPortal = { clock: DemoClock; portal: Portal; fill(world: World): Leads; stop(): Promise<void> };

/** A portal of a local HubSpot for the demo's world, on a demo's clock that stands still. */
export async function openDemoPortal(): Promise<DemoPortal> {
  const clock = createDemoClock({ monotonic: () => 0 });
  clock.setSpeed(0);
  const sandbox = await startHubspot({ clock: clock.sandbox });
  const portal = sandbox.addPortal({ id: 1 });
  const crm = onPortal(sandbox, portal, administrator);
  return {
    ...{ clock, portal },
    fill: (world) => fillPlaces([{ name: "hubspot", title: "HubSpot", crm }], world),
    async stop() {
      await sandbox.stop();
      clock.stop();
    },
  };
}
