/** Draws each card once before any comes again, in an order that the seed gives: none is forgotten by chance. */
export function createDeck<T>(cards: readonly T[], random: () => number): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = shuffled(cards, random);
    const card = left.pop();
    if (card === undefined) throw new Error("A deck needs a card.");
    return card;
  };
}

function shuffled<T>(cards: readonly T[], random: () => number): T[] {
  return cards
    .map((card) => ({ card, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ card }) => card);
}
