/** A request to the control API that cannot be carried out; the message tells what to change. */
export class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A kind of value: what it is called, and how it is read; `blank` stands in for a wrong one until `check` throws. */
export type Kind<T> = { wanted: string; blank: T; read: (value: unknown) => T | undefined };

/** Reads the fields of one JSON object. Problems are collected; `check` throws them all at once as one 400. */
export type Fields = {
  need<T>(name: string, kind: Kind<T>): T;
  /** Undefined when the field is absent; a wrong value is a problem. */
  maybe<T>(name: string, kind: Kind<T>): T | undefined;
  names(): string[];
  problem(text: string): void;
  check(): void;
};

/** `body` may be anything; what is no object is a problem. */
export function readFields(body: unknown): Fields {
  const problems: string[] = isObject(body) || body === undefined ? [] : ["the body must be an object"];
  const given = isObject(body) ? body : {};
  function need<T>(name: string, kind: Kind<T>): T {
    const value = kind.read(given[name]);
    if (value === undefined) problems.push(`\`${name}\` must be ${kind.wanted}`);
    return value ?? kind.blank;
  }
  return {
    need,
    maybe: (name, kind) => (given[name] === undefined ? undefined : need(name, kind)),
    names: () => Object.keys(given),
    problem(text) {
      problems.push(text);
    },
    check() {
      if (problems.length > 0) throw new ControlError(400, problems.join("; "));
    },
  };
}

/** Is it a JSON object (no array)? */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const text: Kind<string> = {
  wanted: "a text",
  blank: "",
  read: (value) => (typeof value === "string" && value !== "" ? value : undefined),
};

/** A CRM id, given as text or number. */
export const id: Kind<string> = {
  wanted: "an id",
  blank: "",
  read: (value) => (Number.isSafeInteger(value) ? String(value) : text.read(value)),
};

export const number: Kind<number> = {
  wanted: "a number that is not negative",
  blank: 0,
  read: (value) => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined),
};

/** A probability or a part of something. */
export const share: Kind<number> = {
  wanted: "a number from 0 to 1",
  blank: 0,
  read: (value) => (typeof value === "number" && value >= 0 && value <= 1 ? value : undefined),
};

export const flag: Kind<boolean> = {
  wanted: "true or false",
  blank: false,
  read: (value) => (typeof value === "boolean" ? value : undefined),
};

/** Epoch milliseconds, given as such or as an ISO time. */
export const time: Kind<number> = {
  wanted: "a time: epoch milliseconds or ISO",
  blank: 0,
  read: (value) => number.read(typeof value === "string" ? Date.parse(value) : value),
};

/** An http or https URL, or "" for none. */
export const url: Kind<string> = {
  wanted: "an http URL, or empty",
  blank: "",
  read(value) {
    if (value === "") return "";
    return typeof value === "string" && /^https?:/.test(value) && URL.canParse(value) ? value : undefined;
  },
};

const anyText: Kind<string> = {
  wanted: "a text",
  blank: "",
  read: (value) => (typeof value === "string" ? value : undefined),
};

/** Values by name, as records hold them. */
export const textMap: Kind<Record<string, string>> = { ...mapOf(anyText), wanted: "an object of texts" };

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly [T, ...T[]]): Kind<T> {
  return {
    wanted: `one of ${words.join(", ")}`,
    blank: words[0],
    read: (value) => words.find((word) => word === value),
  };
}

/** An array of values of one kind. */
export function listOf<T>(kind: Kind<T>): Kind<T[]> {
  return {
    wanted: `a list, each ${kind.wanted}`,
    blank: [],
    read(value) {
      if (!Array.isArray(value)) return undefined;
      const items: T[] = [];
      for (const entry of value) {
        const item = kind.read(entry);
        if (item === undefined) return undefined;
        items.push(item);
      }
      return items;
    },
  };
}

/** An object whose values are all of one kind. */
export function mapOf<T>(kind: Kind<T>): Kind<Record<string, T>> {
  return {
    wanted: `an object, each value ${kind.wanted}`,
    blank: {},
    read(value) {
      if (!isObject(value)) return undefined;
      const items: Record<string, T> = {};
      for (const [name, entry] of Object.entries(value)) {
        const item = kind.read(entry);
        if (item === undefined) return undefined;
        items[name] = item;
      }
      return items;
    },
  };
}

/** A value of the kind, or null where that has a meaning of its own. */
export function orNull<T>(kind: Kind<T>): Kind<T | null> {
  return {
    wanted: `${kind.wanted}, or null`,
    blank: null,
    read: (value) => (value === null ? null : kind.read(value)),
  };
}

/** A field for spreading into an object: nothing of one that is absent. */
export function optional<Name extends string, T>(fields: Fields, name: Name, kind: Kind<T>): { [K in Name]?: T } {
  const value = fields.maybe(name, kind);
  const found: { [K in Name]?: T } = {};
  if (value !== undefined) found[name] = value;
  return found;
}

/** Notes as problems what the object holds beside these names. */
export function refuseOthers(fields: Fields, names: readonly string[]): void {
  for (const name of fields.names()) if (!names.includes(name)) fields.problem(`There is no \`${name}\``);
}
