/**
 * What speaks for or against an account, each worth points times its value, by what it is about; with the words in which a
 * person reads it. Of each subject that which tells most comes first: all its points are told by that one.
 */
export const subjects = {
  domain: {
    "domain-both": "e-mail and website are both of its domains",
    "domain-named": "the domain is this account's alone, and so is the name",
    "domain-own": "the domain is this account's alone",
    "domain-shared": "the domain is this account's and others'",
    "provider-named": "a provider's domain, and the provider's name",
    "name-is-label": "the lead's name is the label of its domain",
    "name-is-label-name": "the lead's name is the label of its domain, and the names agree in part",
    "initials-label-country": "the initials of the lead's name are the label of its domain, in the same country",
    "initials-label": "the initials of the lead's name are the label of its domain",
    "start-is-label": "the beginning of the lead's name is the label of its domain",
    "label-name": "a domain of the same label under another ending, and part of the name",
    label: "a domain of the same label under another ending",
    "acronym-label": "the lead's name is its initials, and the label of its domain",
  },
  address: {
    "domain-unknown-whole": "the lead's domain is no account's, but the whole name",
    "domain-unknown-part": "the lead's domain is no account's, but part of the name",
    "domain-of-parent": "the lead's domain is its parent's",
    "domain-of-another": "the lead's domain is another account's",
    "domain-unknown": "the lead's domain is no account's",
    "mail-provider": "the e-mail is at a provider, which is no company's domain",
    "mail-none": "there is no e-mail",
  },
  name: {
    "shared-name-whole": "of the accounts with the domain, it has the lead's name",
    "shared-acronym": "of the accounts with the domain, its initials are the lead's name",
    "shared-name-part": "of the accounts with the domain, its name agrees in part",
    whole: "the whole name",
    "whole-other": "the whole of one of its other names",
    joined: "the name in the same letters",
    "acronym-city": "one name is the initials of the other, in the same city",
    "acronym-country": "one name is the initials of the other, in the same country",
    acronym: "one name is the initials of the other",
    "initials-city-same": "initials of some of its words, or of the lead's, in the same city",
    initials: "initials of some of its words, or of the lead's",
    "acronym-short": "initials of three letters, which many have",
    "spelling-94": "the name but for a letter",
    "spelling-88": "the name but for a few letters",
    "nearly-whole": "nearly the whole name",
    "start-city-same": "its name begins with the lead's name, in the same city",
    "start-only": "its name begins with the lead's name",
    "start-only-rare": "its name begins with the lead's name, which is rare",
    "spelling-80": "nearly the same letters",
    "lead-within": "the lead's name is part of its name",
    "account-within": "its name is part of the lead's name",
    "akin-city-same": "words akin in another language, in the same city",
    "akin-country-same": "words akin in another language, in the same country",
    akin: "words akin in another language",
    "starts-alike": "the same first word",
    common: "words that few accounts bear",
    "both-shares": "part of the name",
    "lead-share": "part of the lead's name",
    "account-share": "part of its name",
    slips: "words with slips",
    "cut-short": "words cut short",
    "lead-only": "words that the lead alone has",
    "account-only": "words that it alone has",
    "domain-other-name": "the lead's company is called otherwise",
    "numbers-differ": "other numbers in the name",
    "other-name": "only one of its other names",
    "weak-name": "a name of common words",
    "one-word": "a name of one word",
  },
  size: {
    size: "as many accounts as there are, some agree by chance",
  },
  place: {
    "shared-city": "of the accounts with the domain, it is in the lead's city",
    "shared-country": "of the accounts with the domain, it is in the lead's country",
    "postal-same": "the same postal code",
    "whole-city-same": "the same city",
    "city-same": "the same city",
    "part-city-same": "the same city, but only part of the name",
    "city-rare": "a city in which few accounts are",
    "state-same": "the same state",
    "country-same": "the same country",
    "part-country-same": "the same country, and part of the name",
    "country-rare": "a country in which few accounts are",
    "whole-country-differs": "another country",
    "country-differs": "another country",
    "city-differs": "another city",
    "part-city-differs": "another city, and only part of the name",
    "part-country-differs": "another country, and only part of the name",
    "postal-differs": "another postal code",
    "state-differs": "another state",
    "part-country-unknown": "only part of the name, and no country",
  },
  family: {
    "shared-top": "of the accounts with the domain, it is nobody's child",
  },
  phone: {
    "phone-same": "the same phone",
    "phone-name": "the same phone, and part of the name",
    "phone-stem": "a line of the same switchboard",
    "phone-differs": "another phone",
  },
} as const satisfies Record<string, Record<string, string>>;

type Subjects = typeof subjects;
export type Subject = keyof Subjects;
export type Sign = { [S in Subject]: keyof Subjects[S] }[Subject];

const rows = Object.entries(subjects).flatMap(([subject, signs]) =>
  Object.entries(signs).map(([sign, words]) => ({ sign: sign as Sign, subject: subject as Subject, words })),
);

export const signNames: readonly Sign[] = rows.map(({ sign }) => sign);

/** In which words a sign is read. */
export const signs = Object.fromEntries(rows.map(({ sign, words }) => [sign, words])) as Record<Sign, string>;

/** What a sign is about, and how much it tells of it: 0 is most. */
export const placeOfSign: ReadonlyMap<Sign, { subject: Subject; rank: number }> = new Map(
  rows.map(({ sign, subject }, rank) => [sign, { subject, rank }]),
);

/** The signs of one pair, with their values. */
export type Signs = readonly (readonly [sign: Sign, value: number])[];
