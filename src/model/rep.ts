export const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof weekdays)[number];

/** Working time of one weekday: minutes since local midnight, [startMinute, endMinute). */
export type Shift = { day: Weekday; startMinute: number; endMinute: number };

/** [startAt, endAt), ISO instants. */
export type Absence = { startAt: string; endAt: string };

/** A person who can receive leads; `id` is the CRM's owner id. */
export type Rep = {
  id: string;
  /** The CRM's user id, which differs from the owner id; null when the CRM tells none. */
  userId: string | null;
  name: string;
  active: boolean;
  teams: readonly string[];
  /** IANA zone; null: the policy's default applies. */
  timeZone: string | null;
  /** Null: the policy's default applies. An empty list is an explicit "never works". */
  shifts: readonly Shift[] | null;
  absences: readonly Absence[];
  /** Local dates, ISO, on which they do not work, beside the public holidays of their region; left out: none. */
  daysOff?: readonly string[];
  /**
   * Nobody who could own a record in the CRM of the leads that are decided: the person works in another CRM of the
   * workspace alone. `active` is false then. Left out: they could.
   */
  noUser?: true;
  /**
   * No person: software works as this user, such as Baton itself. What it owns counts as nobody's: it has no claim to a lead by
   * it, and no new owner is asked for as for one who left. `active` is false then. Left out: a person.
   */
  software?: true;
};

/** A rep as a CRM lists them. The address is for finding them in other CRMs, and never part of a decision's facts. */
export type ListedRep = { rep: Rep; email: string | null };
