/** Items in rounds in which each record is named once: CRMs refuse a request that names one twice, and keep no order in one. */
export function rounds<T extends { recordId: string }>(items: readonly T[]): T[][] {
  const found: { ids: Set<string>; items: T[] }[] = [];
  for (const item of items) {
    let round = found.find(({ ids }) => !ids.has(item.recordId));
    if (round === undefined) {
      round = { ids: new Set(), items: [] };
      found.push(round);
    }
    round.ids.add(item.recordId);
    round.items.push(item);
  }
  return found.map((round) => round.items);
}
