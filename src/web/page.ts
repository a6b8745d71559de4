/** A page of plain text with at most one link below it, without scripts or styles. Whatever is passed is escaped here. */
export function page(title: string, paragraphs: readonly string[], link?: { to: string; text: string }): string {
  const lines = paragraphs.map((paragraph) => escapeHtml(paragraph));
  if (link !== undefined) lines.push(`<a href="${escapeHtml(link.to)}">${escapeHtml(link.text)}</a>`);
  const body = lines.map((line) => `<p>${line}</p>`).join("\n");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
