const smallWords = new Set(
  "a an and at by for from in of on or the to with de del della di da do dos das du des la le les l el los las y e et en i und fur der die das den dem des zu zur zum von vom im am mit och for av till i og til van het een en voor w z na do i dla d dell dello degli delle dei al aux au".split(
    " ",
  ),
);

/** Of what it would tell by its rarity: "the" and "of" come and go. */
export const ofSmall = 0.2;
export const isSmallWord = (text: string): boolean => smallWords.has(text);
export const longestSmallWord = Math.max(...Array.from(smallWords, ({ length }) => length));
