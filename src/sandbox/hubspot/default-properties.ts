/** The properties that every account has, by object type id (hubspot.md §4.3–§4.10, §5.1). `!` marks read-only ones. */
export const defaultProperties: Record<string, Record<string, string>> = {
  "0-1": {
    string:
      "email firstname lastname phone mobilephone jobtitle company website country state city zip address hs_language hs_timezone industry numemployees annualrevenue first_conversion_event_name recent_conversion_event_name fax salutation message hs_additional_emails! hs_email_domain! hs_country_region_code hs_state_code ip_country hs_analytics_source_data_1! hs_analytics_source_data_2! hs_latest_source_data_1! hs_latest_source_data_2! hs_analytics_first_url! hs_analytics_last_url! hs_object_source! hs_object_source_label! hs_object_source_id! hs_merged_object_ids! hs_sa_first_engagement_object_type! hubspot_team_id!",
    number:
      "hs_object_id! associatedcompanyid! hs_analytics_num_page_views! hs_analytics_num_visits! num_conversion_events! num_unique_conversion_events! hubspotscore! num_contacted_notes! num_associated_deals! hs_time_to_first_engagement! hs_time_between_contact_creation_and_deal_creation! hs_pinned_engagement_id",
    datetime:
      "createdate! lastmodifieddate! hubspot_owner_assigneddate! hs_analytics_last_timestamp! first_conversion_date! recent_conversion_date! notes_last_contacted! notes_last_updated! hs_last_sales_activity_timestamp! hs_first_outreach_date! hs_sa_first_engagement_date! hs_sales_email_last_replied! hs_latest_meeting_activity! closedate",
    bool: "hs_marketable_status hs_email_optout",
  },
  "0-2": {
    string:
      "name domain website phone country state city zip address description hs_additional_domains hs_object_source! hs_object_source_label! hs_object_source_id! hs_merged_object_ids! hs_ideal_customer_profile hubspot_team_id! hs_country_code",
    number: "hs_object_id! numberofemployees annualrevenue hs_parent_company_id! num_associated_contacts!",
    datetime: "createdate! hs_lastmodifieddate! hubspot_owner_assigneddate! notes_last_contacted! notes_last_updated!",
    bool: "hs_is_target_account",
  },
  "0-3": {
    string: "dealname description hs_object_source! hs_object_source_label! hs_object_source_id! hubspot_team_id!",
    number: "hs_object_id! amount",
    datetime:
      "createdate! hs_lastmodifieddate! closedate hubspot_owner_assigneddate! notes_last_updated! notes_last_contacted! hs_v2_date_entered_current_stage!",
    bool: "hs_is_closed! hs_is_closed_won! hs_is_closed_lost!",
  },
  "0-27": {
    string:
      "hs_task_subject hs_task_body hs_task_reminders hs_queue_membership_ids hs_object_source! hs_object_source_label! hs_object_source_id! hs_created_by_user_id!",
    number: "hs_object_id! hs_num_times_contacted!",
    datetime: "hs_timestamp hs_createdate! hs_lastmodifieddate! hs_task_completion_date! hubspot_owner_assigneddate!",
    bool: "hs_task_is_past_due_date!",
  },
  "0-46": activity("hs_note_body hs_attachment_ids"),
  "0-47": activity("hs_meeting_title hs_meeting_body hs_meeting_location", "hs_meeting_start_time hs_meeting_end_time"),
  "0-48": activity(
    "hs_call_title hs_call_body hs_call_disposition hs_call_from_number hs_call_to_number hs_call_duration",
  ),
  "0-49": activity("hs_email_subject hs_email_text hs_email_html hs_email_headers"),
  "0-115": {
    // The hours are stringified JSON that HubSpot hands out as it is, whatever it says (hubspot.md §5.1).
    string:
      "hs_working_hours hs_standard_time_zone hs_out_of_office_hours hubspot_owner_id! hs_internal_user_id! hs_email! hs_given_name hs_family_name hs_job_title hubspot_team_id! hs_object_source!",
    number: "hs_object_id!",
    datetime: "hs_createdate! hs_lastmodifieddate!",
    bool: "hs_is_out_of_office hs_deactivated!",
  },
};

const sources =
  "ORGANIC_SEARCH PAID_SEARCH EMAIL_MARKETING SOCIAL_MEDIA REFERRALS OTHER_CAMPAIGNS DIRECT_TRAFFIC OFFLINE PAID_SOCIAL AI_REFERRALS";
const stages = "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other";

/** Option values of the default enumerations, in display order. */
export const defaultEnumerations: Record<string, Record<string, string>> = {
  "0-1": {
    lifecyclestage: stages,
    hs_lead_status: "NEW OPEN IN_PROGRESS OPEN_DEAL UNQUALIFIED ATTEMPTED_TO_CONTACT CONNECTED BAD_TIMING",
    "hs_analytics_source!": sources,
    "hs_latest_source!": sources,
  },
  "0-2": {
    lifecyclestage: stages,
    type: "PROSPECT PARTNER RESELLER VENDOR OTHER",
    industry:
      "ACCOUNTING AIRLINES_AVIATION APPAREL_FASHION AUTOMOTIVE AVIATION_AEROSPACE BANKING BIOTECHNOLOGY BROADCAST_MEDIA BUILDING_MATERIALS CHEMICALS CIVIL_ENGINEERING COMPUTER_GAMES COMPUTER_HARDWARE COMPUTER_NETWORKING COMPUTER_SOFTWARE CONSTRUCTION CONSUMER_ELECTRONICS CONSUMER_GOODS CONSUMER_SERVICES COSMETICS DEFENSE_SPACE DESIGN E_LEARNING EDUCATION_MANAGEMENT ELECTRICAL_ELECTRONIC_MANUFACTURING ENTERTAINMENT ENVIRONMENTAL_SERVICES EVENTS_SERVICES FARMING FINANCIAL_SERVICES FOOD_BEVERAGES FOOD_PRODUCTION FURNITURE GOVERNMENT_ADMINISTRATION HEALTH_WELLNESS_AND_FITNESS HIGHER_EDUCATION HOSPITAL_HEALTH_CARE HOSPITALITY HUMAN_RESOURCES IMPORT_AND_EXPORT INDUSTRIAL_AUTOMATION INFORMATION_SERVICES INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNET INVESTMENT_BANKING INVESTMENT_MANAGEMENT LAW_PRACTICE LEGAL_SERVICES LEISURE_TRAVEL_TOURISM LOGISTICS_AND_SUPPLY_CHAIN LUXURY_GOODS_JEWELRY MACHINERY MANAGEMENT_CONSULTING MARITIME MARKET_RESEARCH MARKETING_AND_ADVERTISING MECHANICAL_OR_INDUSTRIAL_ENGINEERING MEDIA_PRODUCTION MEDICAL_DEVICES MINING_METALS NON_PROFIT_ORGANIZATION_MANAGEMENT OIL_ENERGY ONLINE_MEDIA OUTSOURCING_OFFSHORING PACKAGE_FREIGHT_DELIVERY PACKAGING_AND_CONTAINERS PAPER_FOREST_PRODUCTS PHARMACEUTICALS PLASTICS PRINTING PROFESSIONAL_TRAINING_COACHING PUBLIC_RELATIONS_AND_COMMUNICATIONS PUBLISHING REAL_ESTATE RENEWABLES_ENVIRONMENT RESEARCH RESTAURANTS RETAIL SECURITY_AND_INVESTIGATIONS SEMICONDUCTORS SPORTS STAFFING_AND_RECRUITING SUPERMARKETS TELECOMMUNICATIONS TEXTILES TRANSPORTATION_TRUCKING_RAILROAD UTILITIES VENTURE_CAPITAL_PRIVATE_EQUITY VETERINARY WAREHOUSING WHOLESALE WINE_AND_SPIRITS WIRELESS WRITING_AND_EDITING",
  },
  "0-3": { dealtype: "newbusiness existingbusiness", hs_priority: "low medium high", pipeline: "", dealstage: "" },
  "0-27": {
    hs_task_status: "NOT_STARTED IN_PROGRESS WAITING COMPLETED DEFERRED",
    hs_task_priority: "NONE LOW MEDIUM HIGH",
    hs_task_type: "TODO CALL EMAIL LINKED_IN_CONNECT LINKED_IN_MESSAGE MEETING",
  },
  "0-46": {},
  "0-47": { hs_meeting_outcome: "SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED" },
  "0-48": {
    hs_call_direction: "INBOUND OUTBOUND",
    hs_call_status:
      "BUSY CALLING_CRM_USER CANCELED COMPLETED CONNECTING FAILED IN_PROGRESS MISSED NO_ANSWER QUEUED RINGING",
  },
  "0-49": {
    hs_email_direction: "EMAIL INCOMING_EMAIL FORWARDED_EMAIL",
    hs_email_status: "BOUNCED FAILED SCHEDULED SENDING SENT",
  },
  "0-115": { hs_availability_status: "available away" },
};

/** The one deal pipeline of a new account: stage id, label, probability of winning. */
export const defaultDealStages: [id: string, label: string, probability: string][] = [
  ["appointmentscheduled", "Appointment Scheduled", "0.2"],
  ["qualifiedtobuy", "Qualified To Buy", "0.4"],
  ["presentationscheduled", "Presentation Scheduled", "0.6"],
  ["decisionmakerboughtin", "Decision Maker Bought-In", "0.8"],
  ["contractsent", "Contract Sent", "0.9"],
  ["closedwon", "Closed Won", "1.0"],
  ["closedlost", "Closed Lost", "0.0"],
];

function activity(strings: string, datetimes = ""): Record<string, string> {
  return {
    string: `${strings} hs_object_source! hs_object_source_label! hs_object_source_id! hs_created_by_user_id!`,
    number: "hs_object_id!",
    datetime: `hs_timestamp hs_createdate! hs_lastmodifieddate! hubspot_owner_assigneddate! ${datetimes}`.trim(),
  };
}
