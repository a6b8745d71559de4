import { listed } from "../engine/in-words.ts";

/** What is read of a command of the command line. */
type Spoken = {
  name(): string;
  args: readonly string[];
  commands: readonly { name(): string }[];
  error(message: string): never;
};

/** Ends a command that also works without a word after it when it was given one that it does not know, and says which it knows. */
export function refuseWords(command: Spoken): void {
  const [word] = command.args;
  if (word === undefined) return;
  const known = [...command.commands.map((each) => each.name()), "nothing"];
  command.error(`error: ${command.name()} knows no word '${word}': after it comes ${listed(known, "or")}.`);
}
