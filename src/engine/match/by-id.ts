/** CRM ids are numbers in text, or text: shorter first makes "9" come before "10". */
export const byId = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : Number(a > b));
