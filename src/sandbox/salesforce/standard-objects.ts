import { readFields } from "./read-fields.ts";
import type { ChildRelationship, SObject } from "./schema.ts";

/** Of nearly every object (salesforce.md §4). */
const system = `
  CreatedDate! datetime
  CreatedById! reference(User) CreatedBy
  LastModifiedDate! datetime
  LastModifiedById! reference(User) LastModifiedBy
  SystemModstamp! datetime
  IsDeleted! boolean`;

const address = (prefix: string): string => `
  ${prefix}Street textarea(255) @${prefix}Address
  ${prefix}City string(40) @${prefix}Address
  ${prefix}State string(80) @${prefix}Address
  ${prefix}PostalCode string(20) @${prefix}Address
  ${prefix}Country string(80) @${prefix}Address`;

const person = `
  LastName* string(80) @Name
  FirstName string(40) @Name
  Salutation picklist{Mr.|Ms.|Mrs.|Dr.|Prof.} @Name
  Name! string(121)`;

const industries = "Banking|Consulting|Education|Energy|Healthcare|Manufacturing|Retail|Technology|Other";
const leadSources = "Web|Phone Inquiry|Partner Referral|Purchased List|Other";

type Declared = { name: string; keyPrefix: string; label?: string; fields: string; children?: string };

/** What an org has without any feature that must be switched on. `children`: "Contacts Contact.AccountId", one a line. */
const declared: readonly Declared[] = [
  {
    name: "Lead",
    keyPrefix: "00Q",
    fields: `${person}
      Company* string(255)
      Title string(128)
      Email email
      Phone phone
      MobilePhone phone
      Website url
      Status* picklist{=Open - Not Contacted|Working - Contacted|MQL|Recycled|Closed - Converted|Closed - Not Converted}
      Rating picklist{Hot|Warm|Cold}
      LeadSource picklist{${leadSources}}
      Industry picklist{${industries}}
      AnnualRevenue currency
      NumberOfEmployees int
      Description textarea
      ${address("")}
      OwnerId reference(User,Group) Owner
      IsConverted! boolean
      ConvertedDate! date
      ConvertedAccountId! reference(Account) ConvertedAccount
      ConvertedContactId! reference(Contact) ConvertedContact
      ConvertedOpportunityId! reference(Opportunity) ConvertedOpportunity
      IsUnreadByOwner boolean
      HasOptedOutOfEmail boolean
      DoNotCall boolean
      EmailBouncedDate datetime
      EmailBouncedReason string(255)
      LastActivityDate! date
      MasterRecordId! reference(Lead) MasterRecord`,
    children: `
      Tasks Task.WhoId
      Events Event.WhoId
      CampaignMembers CampaignMember.LeadId
      Histories LeadHistory.LeadId`,
  },
  {
    name: "Contact",
    keyPrefix: "003",
    fields: `${person}
      AccountId reference(Account) Account
      Title string(128)
      Email email
      Phone phone
      MobilePhone phone
      LeadSource picklist{${leadSources}}
      Description textarea
      ${address("Mailing")}
      OwnerId reference(User) Owner
      ReportsToId reference(Contact) ReportsTo
      HasOptedOutOfEmail boolean
      DoNotCall boolean
      IsEmailBounced! boolean
      LastActivityDate! date
      MasterRecordId! reference(Contact) MasterRecord`,
    children: `
      Tasks Task.WhoId
      Events Event.WhoId
      CampaignMembers CampaignMember.ContactId
      OpportunityContactRoles OpportunityContactRole.ContactId`,
  },
  {
    name: "Account",
    keyPrefix: "001",
    fields: `
      Name* string(255)
      Website url
      OwnerId reference(User) Owner
      ParentId reference(Account) Parent
      Type picklist{Prospect|Customer - Direct|Customer - Channel|Partner|Other}
      Industry picklist{${industries}}
      NumberOfEmployees int
      AnnualRevenue currency
      Phone phone
      AccountSource picklist{${leadSources}}
      Site string(80)
      ${address("Billing")}
      ${address("Shipping")}
      LastActivityDate! date
      MasterRecordId! reference(Account) MasterRecord`,
    children: `
      Contacts Contact.AccountId
      Opportunities Opportunity.AccountId
      ChildAccounts Account.ParentId
      Tasks Task.WhatId`,
  },
  {
    name: "Opportunity",
    keyPrefix: "006",
    fields: `
      Name* string(120)
      AccountId reference(Account) Account
      OwnerId reference(User) Owner
      StageName* picklist{Prospecting|Qualification|Proposal|Negotiation|Closed Won|Closed Lost}
      IsClosed! boolean
      IsWon! boolean
      Amount currency
      CloseDate* date
      CampaignId reference(Campaign) Campaign
      Type picklist{New Business|Existing Business}
      ForecastCategoryName picklist{Omitted|Pipeline|Best Case|Commit|Closed}
      LastStageChangeDate! datetime
      LastActivityDate! date`,
    children: `
      OpportunityHistories OpportunityHistory.OpportunityId
      OpportunityContactRoles OpportunityContactRole.OpportunityId`,
  },
  {
    name: "Task",
    keyPrefix: "00T",
    fields: `
      Subject string(255)
      Description textarea
      OwnerId reference(User,Group) Owner
      WhoId reference(Lead,Contact) Who
      WhatId reference(Account,Opportunity,Campaign) What
      AccountId! reference(Account) Account
      Status* picklist{=Not Started|In Progress|Completed|Waiting on someone else|Deferred}
      IsClosed! boolean
      CompletedDateTime! datetime
      Priority* picklist{High|=Normal|Low}
      IsHighPriority! boolean
      ActivityDate date
      IsReminderSet boolean
      ReminderDateTime datetime
      TaskSubtype+ picklist{=Task|Call|Email|LinkedInMessage|Cadence}
      CallDurationInSeconds int
      CallDisposition string(255)
      CallType picklist{Internal|Inbound|Outbound}
      IsArchived! boolean
      IsRecurrence! boolean
      RecurrenceActivityId! reference(Task) RecurrenceActivity`,
  },
  {
    name: "Event",
    keyPrefix: "00U",
    fields: `
      Subject string(255)
      OwnerId reference(User) Owner
      WhoId reference(Lead,Contact) Who
      WhatId reference(Account,Opportunity) What
      StartDateTime datetime
      EndDateTime datetime
      IsAllDayEvent boolean
      ActivityDate date
      ActivityDateTime datetime
      DurationInMinutes int
      ShowAs picklist{=Busy|OutOfOffice|Free}
      IsPrivate boolean`,
  },
  {
    name: "User",
    keyPrefix: "005",
    fields: `
      Username* string(80)
      LastName* string(80) @Name
      FirstName string(40) @Name
      Name! string(121)
      Email* email
      IsActive boolean
      UserType! picklist{=Standard|PowerPartner|Guest}
      ProfileId* reference(Profile) Profile
      UserRoleId reference(UserRole) UserRole
      ManagerId reference(User) Manager
      TimeZoneSidKey picklist
      LanguageLocaleKey picklist
      LocaleSidKey picklist
      EmailEncodingKey picklist
      DelegatedApproverId reference(User) DelegatedApprover
      Department string(80)
      Division string(80)
      FederationIdentifier string(512)
      IsPortalEnabled! boolean
      LastLoginDate! datetime`,
  },
  { name: "Profile", keyPrefix: "00e", fields: "Name* string(255)" },
  {
    name: "UserRole",
    keyPrefix: "00E",
    fields: `
      Name* string(80)
      DeveloperName string(80)
      ParentRoleId reference(UserRole) ParentRole`,
  },
  {
    name: "UserLogin",
    keyPrefix: "0Yw",
    fields: `
      UserId! reference(User) User
      IsFrozen boolean
      IsPasswordLocked boolean`,
  },
  {
    name: "Group",
    keyPrefix: "00G",
    fields: `
      Name* string(40)
      DeveloperName string(80)
      Type picklist{Regular|Queue|Role}
      Email email
      DoesSendEmailToMembers boolean`,
  },
  {
    name: "QueueSobject",
    keyPrefix: "03g",
    fields: `
      QueueId* reference(Group) Queue
      SobjectType* picklist{Lead|Case|Task}`,
  },
  {
    name: "GroupMember",
    keyPrefix: "011",
    fields: `
      GroupId* reference(Group) Group
      UserOrGroupId* reference(User,Group) UserOrGroup`,
  },
  {
    name: "Campaign",
    keyPrefix: "701",
    fields: `
      Name* string(80)
      Type picklist{Webinar|Conference|Email|Content|Other}
      Status picklist{=Planned|In Progress|Completed|Aborted}
      IsActive boolean
      ParentId reference(Campaign) Parent
      OwnerId reference(User) Owner`,
    children: "CampaignMembers CampaignMember.CampaignId",
  },
  {
    name: "CampaignMember",
    keyPrefix: "00v",
    fields: `
      CampaignId* reference(Campaign) Campaign
      LeadId reference(Lead) Lead
      ContactId reference(Contact) Contact
      LeadOrContactId! reference(Lead,Contact) LeadOrContact
      Status picklist{=Sent|Responded}
      HasResponded! boolean
      FirstRespondedDate! date`,
  },
  {
    name: "LeadStatus",
    keyPrefix: "01J",
    fields: `
      MasterLabel! string(255)
      ApiName! string(255)
      SortOrder! int
      IsDefault! boolean
      IsConverted! boolean`,
  },
  {
    name: "TaskStatus",
    keyPrefix: "01J",
    fields: `
      MasterLabel! string(255)
      ApiName! string(255)
      SortOrder! int
      IsDefault! boolean
      IsClosed! boolean`,
  },
  {
    name: "TaskPriority",
    keyPrefix: "01J",
    fields: `
      MasterLabel! string(255)
      ApiName! string(255)
      SortOrder! int
      IsDefault! boolean
      IsHighPriority! boolean`,
  },
  {
    name: "OpportunityStage",
    keyPrefix: "01J",
    fields: `
      MasterLabel! string(255)
      ApiName! string(255)
      SortOrder! int
      IsActive! boolean
      IsClosed! boolean
      IsWon! boolean
      DefaultProbability! double
      ForecastCategoryName! string(40)`,
  },
  {
    name: "OpportunityHistory",
    keyPrefix: "008",
    fields: `
      OpportunityId! reference(Opportunity) Opportunity
      StageName! picklist
      Amount! currency
      CloseDate! date
      Probability! double
      ForecastCategory! string(40)
      PrevAmount! currency
      PrevCloseDate! date`,
  },
  {
    name: "OpportunityContactRole",
    keyPrefix: "00K",
    fields: `
      OpportunityId* reference(Opportunity) Opportunity
      ContactId* reference(Contact) Contact
      Role picklist{Decision Maker|Influencer|Evaluator}
      IsPrimary boolean`,
  },
  {
    name: "LeadHistory",
    keyPrefix: "017",
    fields: `
      LeadId! reference(Lead) Lead
      Field! string(255)
      OldValue! string(255)
      NewValue! string(255)
      DataType! string(40)`,
  },
  {
    name: "OutOfOffice",
    keyPrefix: "0Yo",
    fields: `
      UserId* reference(User) User
      StartDate* datetime
      EndDate* datetime
      Message string(40)
      IsEnabled boolean`,
  },
  {
    name: "BusinessHours",
    keyPrefix: "01m",
    fields: `
      Name* string(80)
      IsActive boolean
      IsDefault boolean
      TimeZoneSidKey picklist
      ${["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        .map((day) => `${day}StartTime time\n${day}EndTime time`)
        .join("\n")}`,
  },
  {
    name: "Holiday",
    keyPrefix: "0C0",
    fields: `
      Name* string(80)
      ActivityDate date
      IsAllDay boolean
      StartTimeInMinutes int
      EndTimeInMinutes int
      IsRecurrence boolean
      RecurrenceType picklist{RecursDaily|RecursWeekly|RecursMonthly|RecursMonthlyNth|RecursYearly|RecursYearlyNth}
      RecurrenceStartDate date
      RecurrenceEndDateOnly date
      RecurrenceInterval int
      RecurrenceDayOfWeekMask int
      RecurrenceDayOfMonth int
      RecurrenceInstance picklist{First|Second|Third|Fourth|Last}
      RecurrenceMonthOfYear picklist`,
  },
  {
    name: "CustomNotificationType",
    keyPrefix: "0ML",
    fields: `
      DeveloperName* string(80)
      NamespacePrefix string(15)
      MasterLabel string(80)`,
  },
  {
    name: "Organization",
    keyPrefix: "00D",
    fields: `
      Name* string(80)
      InstanceName! string(10)
      IsSandbox! boolean
      OrganizationType! picklist
      TimeZoneSidKey picklist
      DefaultLocaleSidKey picklist`,
  },
];

const withoutSystem = new Set(["Organization"]);

/** The objects of a new org, by name in small letters. */
export function standardObjects(): Map<string, SObject> {
  return new Map(declared.map((each) => [each.name.toLowerCase(), sObject(each)]));
}

function sObject({ name, keyPrefix, label = labelOf(name), fields, children = "" }: Declared): SObject {
  const own = readFields(fields);
  const rest = readFields(withoutSystem.has(name) ? "" : system);
  return {
    ...{ name, label, keyPrefix, custom: false },
    fields: [...readFields("Id! id(18)"), ...own, ...rest],
    childRelationships: childrenIn(children),
  };
}

const labelOf = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, " ");

const childrenIn = (text: string): ChildRelationship[] =>
  [...text.matchAll(/(\w+) (\w+)\.(\w+)/g)].map(([, relationshipName = "", childSObject = "", field = ""]) => ({
    relationshipName,
    childSObject,
    field,
  }));
