/** Places for texts; a power of two. */
const places = 8_192;
/** A longer text is no name of anything, and comes once: forms are filled by anybody. */
const longestRemembered = 100;

/**
 * The same function with a memory: what a CRM says of country and language are a few hundred texts that come again with
 * every lead. Each text has one place, which it takes from the one that had it before: what comes often is mostly there, and
 * what comes once costs no more than the look.
 */
export function remembered<T>(normalise: (text: string) => T): (text: string) => T {
  const texts: (string | undefined)[] = Array.from({ length: places }, () => undefined);
  const made: (T | undefined)[] = Array.from({ length: places }, () => undefined);
  return (text) => {
    if (text.length > longestRemembered) return normalise(text);
    const place = placeOf(text);
    if (texts[place] === text) return made[place] as T;
    const value = normalise(text);
    texts[place] = text;
    made[place] = value;
    return value;
  };
}

function placeOf(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & (places - 1);
}
