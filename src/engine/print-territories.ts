import { listed } from "./in-words.ts";
import { countryName } from "./normalise/country.ts";
import { stateInWords } from "./normalise/state.ts";
import type { Policy, Territory } from "./policy.ts";
import { sharedPlace } from "./shared-place.ts";

/** Where each territory is, who works it, and which places two of them share. */
export function territoryLines({ stages, territories: all, location }: Policy): string[] {
  if (!stages.includes("territory")) return [];
  const whose = location === "contact" ? "the contact's" : "the company's";
  return [
    ...all.map(
      (territory) => `${territory.name}: ${areaOf(territory)} → pool ${territory.pool}${sellersOf(territory)}.`,
    ),
    `The most specific counts; where company and contact differ, ${whose} address does.`,
    ...sharedPlaces(all),
  ];
}

function sharedPlaces(all: readonly Territory[]): string[] {
  return all.flatMap((later, at) =>
    all.slice(0, at).flatMap((earlier) => {
      const place = sharedPlace(earlier, later);
      if (place === null) return [];
      return [`${earlier.name} and ${later.name} both cover ${place.words}: the pools of both share such leads.`];
    }),
  );
}

/** Who works a territory besides the members of its pool, as the end of a sentence. */
function sellersOf({ also: { teams, reps }, teamPool }: Territory): string {
  const others = [...teams, ...reps];
  const also = others.length === 0 ? "" : ` and ${listed(others)}`;
  return teamPool === null ? also : `${also}; else pool ${teamPool}, whatever the segment, the vertical and the tier`;
}

function areaOf({ countries: codes, states, postalCodes, accounts }: Territory): string {
  const named = codes.map((code) => (code === "*" ? "every other country" : countryName(code)));
  const spans = postalCodes.map(({ from, to }) => (from === to ? `${from}…` : `${from}–${to}`));
  return [
    ...(named.length === 0 ? [] : [listed(named)]),
    ...(states.length === 0 ? [] : [`only ${listed(states.map(stateInWords))}`]),
    ...(spans.length === 0 ? [] : [`only postal codes ${listed(spans)}`]),
    ...(accounts.length === 0 ? [] : [`the accounts ${listed(accounts)}`]),
  ].join(", ");
}
