/** HubSpot's ids are numbers, which have one form; pasted ones may have space around them. */
export const recordId = (text: string): string => text.trim();
