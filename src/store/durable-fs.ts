import { closeSync, fsyncSync, openSync } from "node:fs";

/** How often a file was flushed to disk since the database was opened. */
export type FlushCounter = { flushes: number };

type Node = object;
type Stream = { nfd?: number; node: Node };
type Module = {
  NODEFS: { stream_ops: { fsync?: (stream: Stream) => number }; realPath(node: Node): string };
};

const inputOutputError = 29; // EIO as the compiled module numbers it

/**
 * A `preRun` hook that makes PGlite's Node file system flush: on its own it answers every fsync with success and does
 * nothing (stack.md, "PGlite: what must be added"). It leans on internals of 0.5.16; the test that counts flushes guards it.
 */
export function flushHook(counter: FlushCounter): (module: Module) => void {
  return ({ NODEFS }) => {
    NODEFS.stream_ops.fsync = (stream) => {
      counter.flushes += 1;
      // A failed flush is told to PostgreSQL, which stops rather than acknowledge what is not on disk.
      return isFlushed(stream, (node) => NODEFS.realPath(node)) ? 0 : inputOutputError;
    };
  };
}

function isFlushed(stream: Stream, realPath: (node: Node) => string): boolean {
  const opened = stream.nfd === undefined;
  try {
    // Directories have no descriptor of their own there.
    const descriptor = stream.nfd ?? openSync(realPath(stream.node), "r");
    try {
      fsyncSync(descriptor);
    } finally {
      if (opened) closeSync(descriptor);
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * PGlite's own start parameters without `-F` (which turns fsync off), plus those that flush once per commit. A new WAL
 * file is not filled with zeros first: that held everybody who waited for a commit for 50 ms, each 25,000 events.
 */
export function durableStartParams(defaults: readonly string[]): string[] {
  const settings = ["fsync=on", "wal_sync_method=fsync", "wal_init_zero=off"];
  return [...defaults.filter((param) => param !== "-F"), ...settings.flatMap((setting) => ["-c", setting])];
}
