/** What an answer for a browser says: its status and the page's words, without markup, cut after 300 letters. */
export async function pageWords(response: Response): Promise<string> {
  const text = (await response.text()).replaceAll(/<(style|head)[\s\S]*?<\/\1>|<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  return `${response.status} ${text.trim().slice(0, 300)}`;
}

/**
 * Looks at the page under an address and sends its form with these fields changed, as a browser does. Answers the
 * address that it is sent on to; throws with what the CRM, which people call `title`, says instead.
 */
export async function answerConsent(
  title: string,
  authorizeUrl: string,
  change: (fields: URLSearchParams) => void,
): Promise<string> {
  const page = await fetch(authorizeUrl);
  if (!page.ok) throw new Error(`${title} does not show its page: ${await pageWords(page)}`);
  await page.arrayBuffer();
  const url = new URL(authorizeUrl);
  const body = new URLSearchParams(url.search);
  change(body);
  const answer = await fetch(`${url.origin}${url.pathname}`, { method: "POST", body, redirect: "manual" });
  const callback = answer.headers.get("location");
  if (callback === null) throw new Error(`${title} did not grant the access: ${await pageWords(answer)}`);
  return callback;
}
