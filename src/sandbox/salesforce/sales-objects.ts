import { addressFields, type Declared } from "./read-fields.ts";

const person = `
  LastName* string(80) @Name
  FirstName string(40) @Name
  Salutation picklist{Mr.|Ms.|Mrs.|Dr.|Prof.} @Name
  Name! string(121)`;

const industries = "Banking|Consulting|Education|Energy|Healthcare|Manufacturing|Retail|Technology|Other";
const leadSources = "Web|Phone Inquiry|Partner Referral|Purchased List|Other";

/** Whom and what one sells to (salesforce.md §4.1, §4.2, §4.3, §4.5). */
export const salesObjects: readonly Declared[] = [
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
      ${addressFields("")}
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
      ${addressFields("Mailing")}
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
      ${addressFields("Billing")}
      ${addressFields("Shipping")}
      LastActivityDate! date
      MasterRecordId! reference(Account) MasterRecord`,
    children: `
      Contacts Contact.AccountId
      Opportunities Opportunity.AccountId
      ChildAccounts Account.ParentId
      Histories AccountHistory.AccountId
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
];
