import type { Declared } from "./read-fields.ts";

/** A value of one of the org's own lists. */
const label = `
  MasterLabel! string(255)
  ApiName! string(255)
  SortOrder! int`;

/** Who works there, when, in which campaigns and by which lists (salesforce.md §4.3, §4.4, §4.6, §4.7). */
export const setupObjects: readonly Declared[] = [
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
    fields: `${label}
      IsDefault! boolean
      IsConverted! boolean`,
  },
  {
    name: "TaskStatus",
    keyPrefix: "01J",
    fields: `${label}
      IsDefault! boolean
      IsClosed! boolean`,
  },
  {
    name: "TaskPriority",
    keyPrefix: "01J",
    fields: `${label}
      IsDefault! boolean
      IsHighPriority! boolean`,
  },
  {
    name: "OpportunityStage",
    keyPrefix: "01J",
    fields: `${label}
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
    name: "AccountHistory",
    keyPrefix: "017",
    fields: `
      AccountId! reference(Account) Account
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
