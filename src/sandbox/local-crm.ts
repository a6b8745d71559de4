import type { DemoKit } from "./demo-crm.ts";

/** An option of `sandbox <name>`; its default says of which kind its value is. */
export type SandboxOption = {
  /** As commander has them: `--grpc-port <n>`. */
  flags: string;
  /** The key of its value: `grpcPort`. */
  name: string;
  about: string;
  default: string | number;
};

export type ServeOptions = {
  /** 0: any free port. */
  port: number;
  /** Null: no control API. */
  controlPort: number | null;
  /** JSON, as the CRM's README tells; null: its own sample. */
  seed: unknown;
  /** By name, each of the kind of its default. */
  own: Readonly<Record<string, string | number>>;
};

/** `lines`: what a person is told who wants to use it. */
export type Served = { lines: readonly string[]; stop(): Promise<void> };

/** A seed that cannot be used; the message says everything that is wrong with it. */
export class BadSeed extends Error {
  override name = "BadSeed";
}

/** One of the local CRMs: what can be said of it at once, and the rest, which is loaded when it is asked for. */
export type LocalCrm = {
  /** In small letters, as in addresses and commands. */
  name: string;
  /** What people call it. */
  title: string;
  /** What a seed holds, and what it serves, for the help. */
  about: string;
  seedHolds: string;
  options: readonly SandboxOption[];
  /** Runs it with one account until it is stopped. Throws `BadSeed`. */
  loadServe(): Promise<(options: ServeOptions) => Promise<Served>>;
  loadDemo(): Promise<DemoKit>;
};
