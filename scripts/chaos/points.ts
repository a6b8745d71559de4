/** Where in its work a process is struck. */
export type Point =
  /** Whatever it does after so many ms. */
  | { at: "any instant"; afterMs: number }
  /** A statement or a commit of its own: never sent, done without the answer getting back, or answered and nothing after. */
  | { at: "statement"; when: "unsent" | "unanswered" | "answered"; nth: number }
  /** `of`: only commits of decisions count, or any. */
  | { at: "commit"; of: "decisions" | "anything"; when: "unsent" | "unanswered" | "answered"; nth: number }
  /** A call of its own to the CRM: when it arrived there, or when its effect was done and not answered yet. */
  | { at: CallKind; when: "arrived" | "applied"; nth: number };

export const callKinds = ["read", "owner write", "task write", "search", "token refresh"] as const;
export type CallKind = (typeof callKinds)[number];

export type DatabasePoint = Extract<Point, { at: "statement" | "commit" }>;
export type CallPoint = Extract<Point, { at: CallKind }>;

export const isDatabasePoint = (point: Point): point is DatabasePoint =>
  point.at === "statement" || point.at === "commit";

/** The same for points that differ in their count or time alone: what strikes are counted by. */
export function nameOfPoint(point: Point): string {
  if (point.at === "any instant") return point.at;
  return `${point.at} ${point.when}`;
}

/** A worker that does not run for a while, and wakes to find its lease gone. */
export const stoppedUntilTaken = "SIGSTOP until another has its workspaces";
export const stoppedForLong = "SIGSTOP for twice its lease";

/** What a death in the middle of a token's renewal comes to. */
export const grantLost = "grant lost, app installed again";

/** Which kind of call a route of the CRM is; null for those that are no station of a lead. */
export function callKind(route: string): CallKind | null {
  if (route.endsWith("/search")) return "search";
  if (route.includes("/oauth/")) return "token refresh";
  if (route.endsWith("/batch/read")) return "read";
  if (route.endsWith("/batch/update")) return "owner write";
  // Properties are created in batches too, when an account is set up.
  return route.endsWith("/batch/create") && !route.includes("/properties/") ? "task write" : null;
}
