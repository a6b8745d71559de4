type Asked = { field: string; present: unknown };

/**
 * Of fields that a policy asks the same, those that tell something of their own. A policy for several CRMs asks for one thing
 * by the common field and by a CRM's own: what is unknown, or has the value of another, is told once. Without a CRM's own
 * field among them they are different things, and all stay.
 */
export function tellingOf<T extends Asked>(alike: readonly T[]): readonly T[] {
  if (!alike.some(({ field }) => field.startsWith("lead.crm."))) return alike;
  const known = alike.filter(({ present }) => present !== null);
  if (known.length === 0) return alike.slice(0, 1);
  return known.filter(({ present }, at) => known.findIndex((each) => each.present === present) === at);
}
