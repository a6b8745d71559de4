const entities: Readonly<Record<string, string>> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " " },
};

/** The words of a task's HTML, a line for each paragraph and list item: Salesforce shows a task's text as it stands. */
export function plainText(html: string): string {
  return html
    .replace(/<li[^>]*>/gi, "- ")
    .replace(/<br\s*\/?>|<\/(?:p|li|div|h\d|tr)>/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
