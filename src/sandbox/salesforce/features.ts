import { countryValues, stateValues } from "./places.ts";
import type { Declared } from "./read-fields.ts";

/** What an org may have or not (salesforce.md §8, 8). */
export const featureNames = [
  "state-country-picklists",
  "person-accounts",
  "multi-currency",
  "territories",
  "account-teams",
  "sales-engagement",
] as const;

export type Feature = (typeof featureNames)[number];

/** Objects that come with a feature, and fields that it adds to objects which are there anyway. */
export type FeatureParts = { objects: readonly Declared[]; fields: Readonly<Record<string, string>> };

const codes = (prefix: string): string => `
  ${prefix}StateCode picklist{${Object.values(stateValues).join("|")}}! @${prefix}Address
  ${prefix}CountryCode picklist{${countryValues}}! @${prefix}Address`;

const currency = "CurrencyIsoCode picklist{=EUR|USD|GBP}";

const firstTouches = `
  FirstCallDateTime! datetime
  FirstEmailDateTime! datetime`;

export const featureParts: Readonly<Record<Feature, FeatureParts>> = {
  "state-country-picklists": {
    objects: [],
    fields: { Lead: codes(""), Contact: codes("Mailing"), Account: `${codes("Billing")}\n${codes("Shipping")}` },
  },
  "person-accounts": { objects: [], fields: { Account: "IsPersonAccount! boolean" } },
  "multi-currency": {
    objects: [],
    fields: { Lead: currency, Contact: currency, Account: currency, Opportunity: currency, Campaign: currency },
  },
  "sales-engagement": { objects: [], fields: { Lead: firstTouches, Contact: firstTouches } },
  "account-teams": {
    objects: [
      {
        name: "AccountTeamMember",
        keyPrefix: "01M",
        fields: `
          AccountId* reference(Account) Account
          UserId* reference(User) User
          TeamMemberRole picklist{Account Manager|Executive Sponsor|Sales Rep}
          AccountAccessLevel picklist{=Read|Edit}
          OpportunityAccessLevel picklist{=None|Read|Edit}
          ContactAccessLevel picklist{=Read|Edit}`,
      },
    ],
    fields: {},
  },
  territories: {
    objects: [
      {
        name: "Territory2Model",
        keyPrefix: "0MA",
        fields: `
          Name* string(80)
          DeveloperName string(80)
          State picklist{=Planning|Active|Archived}`,
      },
      {
        name: "Territory2",
        keyPrefix: "0MI",
        fields: `
          Name* string(80)
          DeveloperName string(80)
          ParentTerritory2Id reference(Territory2) ParentTerritory2
          Territory2ModelId* reference(Territory2Model) Territory2Model
          ForecastUserId reference(User) ForecastUser`,
      },
      {
        name: "ObjectTerritory2Association",
        keyPrefix: "0My",
        fields: `
          ObjectId* reference(Account,Lead) Object
          SobjectType! picklist{Account|Lead}
          Territory2Id* reference(Territory2) Territory2
          AssociationCause picklist{Territory2AssignmentRule|=Territory2Manual}`,
      },
      {
        name: "UserTerritory2Association",
        keyPrefix: "0M6",
        fields: `
          UserId* reference(User) User
          Territory2Id* reference(Territory2) Territory2
          RoleInTerritory2 picklist{Owner|Administrator|Sales Rep}
          IsActive boolean`,
      },
    ],
    fields: {},
  },
};
