/** The lines of a stream of UTF-8, each without its end, as they arrive. Throws when the last one has no end: it was cut off. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let open = "";
  for await (const chunk of chunks) {
    open += decoder.decode(chunk, { stream: true });
    const lines = open.split("\n");
    open = lines.pop() ?? "";
    yield* lines;
  }
  if (open !== "") throw new Error("The answer was cut off.");
}
