const mostRemembered = 10_000;
/** A longer text is no name of anything, and comes once: forms are filled by anybody. */
const longestRemembered = 100;

/**
 * The same function with a memory: what a CRM says of country and language are a few hundred texts that come again with
 * every lead. It forgets all when there are too many.
 */
export function remembered<T>(normalise: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > longestRemembered) return normalise(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= mostRemembered) known.clear();
    const made = normalise(text);
    known.set(text, made);
    return made;
  };
}
