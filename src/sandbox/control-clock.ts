import type { Clock } from "./clock.ts";
import { ControlError, isObject, number, readFields } from "./control-input.ts";
import type { ControlCall, ControlRoute } from "./control-listener.ts";
import type { Answer } from "./http.ts";
import type { Latency } from "./latency.ts";

/** What the control APIs of all CRMs work on. */
type Common = {
  clock: Clock;
  latency: Latency;
  faults: { list(): unknown[]; remove(id: string): boolean; clear(): void };
  requests: { clear(): void };
};

const none: Answer = { status: 204 };

/** Clock and latency, and what ends faults and forgets requests. */
export const clockControlRoutes: ControlRoute<Common>[] = [
  {
    method: "GET",
    paths: ["/clock"],
    about: "the sandbox's time",
    handle: (state) => clockAnswer(state),
  },
  {
    method: "POST",
    paths: ["/clock/advance"],
    about: "{ms}: moves the clock forward at once and runs what falls due",
    handle(state, { body }) {
      const fields = readFields(body);
      const ms = fields.need("ms", number);
      fields.check();
      state.clock.advance(ms);
      return clockAnswer(state);
    },
  },
  {
    method: "POST",
    paths: ["/clock/speed"],
    about: "{speed}: seconds of the sandbox per real second; 0 stops the clock",
    handle(state, { body }) {
      const fields = readFields(body);
      const speed = fields.need("speed", number);
      fields.check();
      state.clock.setSpeed(speed);
      return clockAnswer(state);
    },
  },
  {
    method: "GET",
    paths: ["/faults"],
    about: "the faults that are set",
    handle: (state) => ({ status: 200, body: { results: state.faults.list() } }),
  },
  {
    method: "DELETE",
    paths: ["/faults"],
    about: "removes all faults",
    handle(state) {
      state.faults.clear();
      return none;
    },
  },
  {
    method: "DELETE",
    paths: ["/faults/:faultId"],
    about: "removes one fault",
    handle(state, { params }) {
      if (!state.faults.remove(params.faultId ?? ""))
        throw new ControlError(404, `There is no fault ${params.faultId}`);
      return none;
    },
  },
  {
    method: "PUT",
    paths: ["/latency"],
    about: "{readMs: [least, most], writeMs: [least, most]}: how long answers take",
    handle: changeLatency,
  },
  {
    method: "DELETE",
    paths: ["/requests"],
    about: "forgets the requests",
    handle(state) {
      state.requests.clear();
      return none;
    },
  },
];

function clockAnswer({ clock }: Common): Answer {
  const now = clock.now();
  return { status: 200, body: { now, iso: new Date(now).toISOString() } };
}

function changeLatency({ latency }: Common, { body }: ControlCall): Answer {
  if (!isObject(body)) throw new ControlError(400, "the body must be an object");
  const readMs = parseRange("readMs", body.readMs);
  const writeMs = parseRange("writeMs", body.writeMs);
  Object.assign(latency, { readMs, writeMs });
  return { status: 200, body: latency };
}

function parseRange(name: string, value: unknown): [number, number] {
  const [least, most]: unknown[] = Array.isArray(value) ? value : [];
  if (typeof least === "number" && typeof most === "number" && 0 <= least && least <= most) return [least, most];
  throw new ControlError(400, `\`${name}\` must be [least, most] in milliseconds`);
}
