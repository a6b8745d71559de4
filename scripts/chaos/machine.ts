import { availableParallelism, cpus } from "node:os";

/** What a figure of this machine has to be read with. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown";
  const date = new Date().toISOString().slice(0, 10);
  return `${availableParallelism()} cores (${model}), Node ${process.versions.node}, ${date}`;
}

/** The PostgreSQL server that a run makes its own database on. */
export const databaseServer = () => process.env.TEST_DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";
