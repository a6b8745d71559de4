/** What the third CRM keeps: plain records in tables, with who changed what where it matters. */
export const tables = ["leads", "accounts", "deals", "users", "tasks", "calls"] as const;
export type Table = (typeof tables)[number];

/** A person by the id of their user; an app by its name; what the CRM does itself. */
export type Author = { kind: "user" | "app"; id: string };

export type Row = Readonly<Record<string, unknown>> & { id: string; created_at: string; changed_at: string };

/** Why a row was not written; `id`: of the row that has the key already. */
export type RowError = { error: "not_found" | "inactive_owner" | "no_such_lead" | "duplicate_key"; id?: string };

export type Records = {
  get(table: Table, id: string): Row | undefined;
  all(table: Table): Row[];
  create(table: Table, fields: object, by: Author): Row | RowError;
  change(table: Table, id: string, fields: object, by: Author): Row | RowError;
  remove(table: Table, id: string): void;
};

export const stages = ["new", "mql", "working", "won"];

export function createRecords(now: () => string): Records {
  const kept = new Map<Table, Map<string, Row>>(tables.map((table) => [table, new Map()]));
  let lastId = 1_000;
  const rowsOf = (table: Table) => kept.get(table) ?? new Map<string, Row>();
  const put = (table: Table, row: Row): Row => {
    rowsOf(table).set(row.id, row);
    return row;
  };

  function whyNot(table: Table, fields: Readonly<Record<string, unknown>>): RowError | null {
    const { owner, lead, key } = fields;
    if (owner != null && rowsOf("users").get(String(owner))?.active !== true) return { error: "inactive_owner" };
    if (lead !== undefined && !rowsOf("leads").has(String(lead))) return { error: "no_such_lead" };
    const twin = key === undefined ? undefined : [...rowsOf(table).values()].find((row) => row.key === key);
    return twin === undefined ? null : { error: "duplicate_key", id: twin.id };
  }

  const records: Records = {
    get: (table, id) => rowsOf(table).get(id),
    all: (table) => [...rowsOf(table).values()],
    create(table, given, by) {
      const fields = { ...given } as Readonly<Record<string, unknown>>;
      const refusal = whyNot(table, fields);
      if (refusal !== null) return refusal;
      lastId += 1;
      const at = now();
      if (table === "calls") records.change("leads", String(fields.lead), { last_call_at: at }, by);
      const row = { id: String(lastId), created_at: at, changed_at: at };
      return put(table, { ...row, ...traces(table, null, { fields, by, at }), ...fields });
    },
    change(table, id, given, by) {
      const fields = { ...given } as Readonly<Record<string, unknown>>;
      const row = rowsOf(table).get(id);
      if (row === undefined) return { error: "not_found" };
      const refusal = whyNot(table, fields);
      if (refusal !== null) return refusal;
      const at = now();
      return put(table, { ...row, ...traces(table, row, { fields, by, at }), ...fields, id, changed_at: at });
    },
    remove: (table, id) => void rowsOf(table).delete(id),
  };
  return records;
}

type Change = { fields: Readonly<Record<string, unknown>>; by: Author; at: string };

/** What the CRM notes by itself: owners newest first, when each stage was last entered, who completed a task, who called. */
function traces(table: Table, row: Row | null, { fields, by, at }: Change): object {
  const { owner, stage, done } = fields;
  const isMoved = stage !== undefined && stage !== row?.stage;
  if (table === "leads")
    return {
      owners: owner === undefined ? (row?.owners ?? []) : [{ owner, at, by }, ...((row?.owners as object[]) ?? [])],
      entered: isMoved ? { ...(row?.entered as object), [String(stage)]: at } : (row?.entered ?? {}),
    };
  if (table === "tasks" && done === true && row?.done !== true) return { done_at: at, done_by: by };
  return table === "calls" ? { by, at } : {};
}

/** Throws where the row was refused. */
export function idOf(row: Row | RowError): string {
  if ("error" in row) throw new Error(`Third refused it: ${row.error}.`);
  return row.id;
}
