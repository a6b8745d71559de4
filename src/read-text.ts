import { isUtf8 } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { Refused } from "./refused.ts";

const megabyte = 1024 * 1024;
const usualMegabytes = 8;

/** A policy is written by hand, and a server takes no longer text of one. */
export const policyLimit = { mostMegabytes: 1 };

/** Tables of leads and companies. */
export const tableLimit = { mostMegabytes: 64 };

/**
 * A whole file of text that a person gave, in bounded memory whatever it is. Throws `Refused` when it is a directory, may
 * not be read, is too large or not in UTF-8, and the system's own error when it is not there.
 */
export async function readText(
  file: string,
  { mostMegabytes = usualMegabytes }: { mostMegabytes?: number } = {},
): Promise<string> {
  const handle = await openToRead(file);
  try {
    const { size, isDirectory } = await kindOf(handle);
    if (isDirectory) throw new Refused(`${file} is a directory, not a file: name the file in it that is meant.`);
    if (size > mostMegabytes * megabyte) throw tooLarge(file, inMegabytes(size), mostMegabytes);
    const bytes = await readAtMost(handle, mostMegabytes * megabyte);
    // A pipe or a device has no size.
    if (bytes === null) throw tooLarge(file, `more than ${mostMegabytes} MB`, mostMegabytes);
    return decode(file, bytes);
  } finally {
    await handle.close();
  }
}

async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "EACCES" && code !== "EPERM") throw error;
    throw new Refused(
      `${file} may not be read by the user that runs this: let them read it and the folders above it (chmod), or run it as its owner.`,
    );
  }
}

async function kindOf(handle: FileHandle): Promise<{ size: number; isDirectory: boolean }> {
  const stat = await handle.stat();
  return { size: stat.size, isDirectory: stat.isDirectory() };
}

const tooLarge = (file: string, size: string, mostMegabytes: number): Refused =>
  new Refused(
    `${file} has ${size}, and at most ${mostMegabytes} MB are read: check that this is the file that is meant, or divide it.`,
  );

const inMegabytes = (size: number): string => `${(Math.ceil((size * 10) / megabyte) / 10).toFixed(1)} MB`;

/** Null: there is more. */
async function readAtMost(handle: FileHandle, most: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of handle.createReadStream({ autoClose: false })) {
    const bytes: Buffer = part;
    length += bytes.length;
    if (length > most) return null;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function decode(file: string, bytes: Buffer): string {
  if (isUtf16(bytes))
    throw new Refused(
      `${file} is in UTF-16, not in UTF-8: open it in an editor and save it with the encoding UTF-8 (in PowerShell: Out-File -Encoding utf8).`,
    );
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const { line, part } = firstForeign(bytes);
  throw new Refused(
    `${file} is not in UTF-8 (line ${line}${part}), but in an older encoding, as Excel and others on Windows write: save it as UTF-8, a table as "CSV UTF-8".`,
  );
}

/** By its mark, or by the half of each character of its beginning that is empty. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second, third, fourth] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || (first === 0 && third === 0 && second !== 0) || (second === 0 && fourth === 0 && first !== 0);
}

/** Where the first bytes stand that are no UTF-8, and the word that they are in, as Windows reads it. */
function firstForeign(bytes: Buffer): { line: number; part: string } {
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    const text = bytes.subarray(from, end === -1 ? bytes.length : end);
    if (!isUtf8(text)) {
      const words = new TextDecoder("windows-1252").decode(text).split(/[^\p{L}\p{N}]+/u);
      const word = words.find((each) => /\P{ASCII}/u.test(each));
      return { line, part: word === undefined ? "" : `: "${word.slice(0, 40)}"` };
    }
    from = end === -1 ? bytes.length : end + 1;
  }
  return { line, part: "" };
}
