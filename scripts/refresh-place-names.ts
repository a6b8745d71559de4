import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import anyAscii from "any-ascii";
import countries from "i18n-iso-countries";
import { likenessOf } from "../src/engine/match/word-likeness.ts";
import { foldedWords } from "../src/engine/normalise/folded-words.ts";

/** Which names a place has beside the English one. */
type Named = { english: string; others: readonly string[]; weight: number };

/** Places with fewer people seldom stand in the name of an organisation elsewhere. */
const fewestPeople = 100_000;

/** By the English name, folded: the names in other languages that no comparison of letters finds. */
export function placeNames(places: string): Record<string, string[]> {
  const owners = new Map<string, { english: string; weight: number }>();
  const all = [...countriesNamed(), ...ours, ...citiesIn(places)];
  const english = new Set(all.map(({ english: name }) => name));
  for (const { english: name, others, weight } of all) {
    const names = name.includes(" ") ? [name, ...others] : others;
    for (const other of new Set(names)) {
      if (!isTelling(other, weight) || (other !== name && english.has(other)) || isFoundAnyway(name, other)) continue;
      const owner = owners.get(other);
      if (owner === undefined || owner.weight < weight) owners.set(other, { english: name, weight });
    }
  }
  const byName = Map.groupBy([...owners], ([, { english: name }]) => name);
  return Object.fromEntries(
    [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, of.map(([other]) => other).sort()]),
  );
}

/** Above any city of that name. */
const ofCountry = 1e9;

const isLatin = (name: string): boolean => /^[a-z0-9 ]+$/.test(name);

const ofLargeCity = 1e6;
/** Names that are words of other languages. */
const otherWords = new Set("roman island mobil santos forest media pasto prome central".split(" "));

/** One sign of a script that writes words in one or two says too little, and so do four letters but of a city that all know. */
const isTelling = (name: string, weight: number): boolean =>
  !otherWords.has(name) &&
  name.split(" ").length <= 4 &&
  (isLatin(name)
    ? name.length > 4 || (name.length === 4 && weight > ofLargeCity && weight < ofCountry)
    : [...name].length > 1);

const isAlphabetic = (name: string): boolean => !/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(name);

/** Names that are written without blanks are kept all the same: by them a name is cut. */
function isFoundAnyway(english: string, other: string): boolean {
  if (english.includes(" ") || other.includes(" ") || !isAlphabetic(other)) return false;
  const latin = anyAscii(other).toLowerCase();
  return latin === english || likenessOf(english, latin)?.kinship === "slip";
}

const folded = (name: string): string => foldedWords(name).join(" ");

function citiesIn(file: string): Named[] {
  const { features } = JSON.parse(readFileSync(file, "utf8")) as {
    features: { properties: Record<string, string | number | null> }[];
  };
  return features
    .map(({ properties }) => properties)
    .filter(({ POP_MAX }) => Number(POP_MAX) >= fewestPeople)
    .map((properties) => ({
      english: folded(String(properties.NAME_EN ?? properties.NAME ?? "")),
      others: Object.entries(properties)
        .filter(([key, name]) => /^NAME_[A-Z]{2,3}$/.test(key) && typeof name === "string")
        .map(([, name]) => folded(String(name))),
      weight: Number(properties.POP_MAX),
    }))
    .filter(({ english }) => english !== "");
}

/**
 * Prefectures, regions and large cities of Japan as they are written there, and parts of other countries that organisations
 * bear in their names, each with its English name.
 */
const ours = (
  "hokkaido 北海道,aomori 青森,iwate 岩手,miyagi 宮城,akita 秋田,yamagata 山形,fukushima 福島,ibaraki 茨城,tochigi 栃木,gunma 群馬,saitama 埼玉,chiba 千葉," +
  "tokyo 東京,kanagawa 神奈川,niigata 新潟,toyama 富山,ishikawa 石川,fukui 福井,yamanashi 山梨,nagano 長野,gifu 岐阜,shizuoka 静岡,aichi 愛知,mie 三重,shiga 滋賀," +
  "kyoto 京都,osaka 大阪,hyogo 兵庫,nara 奈良,wakayama 和歌山,tottori 鳥取,shimane 島根,okayama 岡山,hiroshima 広島,yamaguchi 山口,tokushima 徳島,kagawa 香川," +
  "ehime 愛媛,kochi 高知,fukuoka 福岡,saga 佐賀,nagasaki 長崎,kumamoto 熊本,oita 大分,miyazaki 宮崎,kagoshima 鹿児島,okinawa 沖縄," +
  "tohoku 東北,kanto 関東,hokuriku 北陸,tokai 東海,kansai 関西,kinki 近畿,shikoku 四国,kyushu 九州," +
  "sapporo 札幌,sendai 仙台,yokohama 横浜,kawasaki 川崎,sagamihara 相模原,hamamatsu 浜松,nagoya 名古屋,sakai 堺市,kobe 神戸,kitakyushu 北九州,utsunomiya 宇都宮," +
  "matsuyama 松山,kanazawa 金沢,himeji 姫路,kurashiki 倉敷,matsumoto 松本,takamatsu 高松,mito 水戸,tsukuba 筑波,akashi 明石,nishinomiya 西宮,hakodate 函館,asahikawa 旭川," +
  "seoul 서울,busan 부산,incheon 인천,daegu 대구,daejeon 대전,gwangju 광주,ulsan 울산,jeju 제주,gyeonggi 경기,chungnam 충남,jeonbuk 전북,south korea 한국,south korea 대한,south korea korea," +
  "bavaria bayern,bavaria baviere,bavaria baviera,bavaria bayerische,saxony sachsen,saxony saxe,saxony sajonia,saxony sassonia,lower saxony niedersachsen,thuringia thuringen,hesse hessen," +
  "rhineland rheinland,north rhine westphalia nordrhein westfalen,westphalia westfalen,saxony anhalt sachsen anhalt,carinthia karnten,styria steiermark,tyrol tirol,upper austria oberosterreich,lower austria niederosterreich," +
  "catalonia catalunya,catalonia cataluna,catalonia catalogne,andalusia andalucia,andalusia andalousie,basque country euskadi,basque country pais vasco,castile castilla,galicia galice,navarre navarra," +
  "brittany bretagne,normandy normandie,burgundy bourgogne,corsica corse,savoy savoie,tuscany toscana,tuscany toscane,lombardy lombardia,lombardy lombardie,piedmont piemonte,sicily sicilia,sicily sicile,sardinia sardegna," +
  "apulia puglia,flanders vlaanderen,flanders flandre,flanders vlaamse,wallonia wallonie,wallonia waalse,silesia slask,silesia slaska,silesia slaski,pomerania pomorski,pomerania pomorska,moravia morava,moravia moravska,bohemia cechy,transylvania transilvania," +
  "europe europa,europe europaische,europe europaischer,europe europaisches,europe european,europe europeen,europe europeenne,europe europeo,europe europea,europe europejski,europe evropa,europe evropsky,europe avrupa,europe 欧州,europe 欧洲,europe 유럽," +
  "asia 亚洲,asia アジア,asia 아시아,asia asien,asia asie,africa afrika,africa afrique,africa african,africa africain,africa afrikanische"
)
  .split(",")
  .map((pair) => pair.match(/^(.*?) ([^ ]+(?: (?:westfalen|anhalt|vasco))?)$/u)?.slice(1) ?? [])
  .map(
    ([english = "", other = ""]): Named => ({ english: folded(english), others: [folded(other)], weight: ofCountry }),
  );

/** Languages that have the name of one country's people. */
const nations =
  "de-DE fr-FR es-ES it-IT pt-PT nl-NL pl-PL cs-CZ sk-SK hu-HU ro-RO bg-BG el-GR tr-TR ru-RU uk-UA lt-LT lv-LV et-EE fi-FI sv-SE da-DK nb-NO is-IS ga-IE ja-JP zh-CN ko-KR vi-VN th-TH id-ID ms-MY he-IL ka-GE hy-AM az-AZ kk-KZ uz-UZ mn-MN sq-AL mk-MK sl-SI hr-HR sr-RS";

const languages =
  "en de fr es it pt nl ca pl cs sk hu ro bg el tr ru uk lt lv et fi sv da nb id ms vi th ja zh ko ar fa he hi hr sr sl".split(
    " ",
  );

/** "russia" of the Russian Federation. */
const shortName = (code: string): string =>
  (countries.getName(code, "en", { select: "all" }) ?? [])
    .map(folded)
    .filter((name) => name.length > 3)
    .sort((a, b) => a.length - b.length)[0] ?? folded(code);

function countriesNamed(): Named[] {
  const byCountry = Object.fromEntries(nations.split(" ").map((pair) => pair.split("-").toReversed()));
  return Object.keys(countries.getAlpha2Codes()).map((code) => {
    const names = languages.flatMap((language) => {
      const all = countries.getName(code, language, { select: "all" });
      return (all ?? []).map(folded);
    });
    const language = byCountry[code] as string | undefined;
    const people =
      language === undefined
        ? []
        : languages.flatMap((of) =>
            inflected(folded(new Intl.DisplayNames([of], { type: "language" }).of(language) ?? ""), of),
          );
    return { english: shortName(code), others: [...names, ...people], weight: ofCountry };
  });
}

/** Adjectives as they stand before a noun of another gender or in the plural. */
function inflected(word: string, language: string): string[] {
  if (word.includes(" ") || word.length < 4) return [];
  const stem = word.slice(0, -1);
  switch (language) {
    case "de":
    case "nl":
      return [word, `${word}e`, `${word}er`, `${word}es`, `${word}en`];
    case "fr":
      return [word, `${word}e`, word.endsWith("en") ? `${word}ne` : `${word}s`];
    case "es":
    case "it":
    case "pt":
      return word.endsWith("o") ? [word, `${stem}a`, `${stem}os`, `${stem}i`] : [word, `${word}a`];
    case "pl":
      return [word, `${stem}a`, `${word}e`, `${word}ej`, `${word}ego`];
    case "cs":
    case "sk":
    case "hr":
    case "sl":
      return word.endsWith("stina") || word.endsWith("ina")
        ? [`${word.replace(/t?ina$/, "")}ky`, `${word.replace(/t?ina$/, "")}ka`]
        : [word, `${stem}a`];
    case "da":
    case "sv":
    case "nb":
      return [word, `${word}e`, `${word}a`];
    default:
      return [word];
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [places] = process.argv.slice(2);
  if (places === undefined) {
    console.error("Name a file: refresh-place-names.ts ne_10m_populated_places.json");
    process.exitCode = 1;
  } else {
    const head = {
      source: "Natural Earth 1:10m populated places; npm i18n-iso-countries 7.14.0; our own",
      licence: "public domain; MIT; Apache-2.0",
      retrieved: new Date().toISOString().slice(0, 10),
    };
    const entries = placeNames(places);
    const file = join(import.meta.dirname, "../src/data/place-names.json");
    writeFileSync(file, `${JSON.stringify({ ...head, entries }, null, 1)}\n`);
    console.log(`${Object.values(entries).flat().length} names of ${Object.keys(entries).length} places.`);
  }
}
