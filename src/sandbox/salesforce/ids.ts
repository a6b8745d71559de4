const suffixLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * The 18-character form of an id: three more letters say which of the fifteen are capitals, five to a letter, so that
 * ids differ even where case is lost. An id that has its suffix already comes back as it is.
 */
export function to18(id: string): string {
  return id.length === 15 ? id + suffixOf(id) : id;
}

/** Is it an id in its 15- or 18-character form, the latter with the right suffix? Its object need not exist. */
export function isId(text: string): boolean {
  if (!/^(?:[0-9A-Za-z]{15}|[0-9A-Za-z]{18})$/.test(text)) return false;
  return text.length === 15 || text.slice(15) === suffixOf(text.slice(0, 15));
}

function suffixOf(id: string): string {
  let suffix = "";
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let index = 0; index < 5; index += 1) {
      const letter = id.charAt(start + index);
      if (letter >= "A" && letter <= "Z") bits |= 1 << index;
    }
    suffix += suffixLetters.charAt(bits);
  }
  return suffix;
}
