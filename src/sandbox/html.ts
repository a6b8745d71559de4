import type { Answer } from "./http.ts";

/** A whole page under a title, which is escaped; `content` is HTML. */
export function htmlPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title></head>
<body><h1>${escapeMarkup(title)}</h1>
${content}
</body></html>
`;
}

/** The fields as hidden inputs of a form. */
export function hiddenInputs(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escapeMarkup(name)}" value="${escapeMarkup(value)}">`)
    .join("\n");
}

/** A text as it stands in HTML or XML, also within quotes. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

export function htmlAnswer(status: number, body: string): Answer {
  return { status, body, headers: { "Content-Type": "text/html; charset=utf-8" } };
}
