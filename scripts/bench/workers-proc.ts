import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** What Linux says of processes: seconds of processor time, bytes of memory. A process that has ended has none. */
const ticksPerSecond = 100;

export function rssOf(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

export function cpuSecondsOf(pid: number): number {
  // The name in parentheses may hold anything; utime and stime are the 12th and 13th field behind it.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

/** Seconds that all processors together were busy since the start of the machine. */
export function machineSeconds(): number {
  const fields = read("/proc/stat").split("\n")[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

export const cores = availableParallelism();

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
