/** What a user may do and see. Each part can be changed by a test. */
export type Permissions = {
  /** Objects of which every record is seen whoever owns it (View All Records); without it change events are withheld. */
  viewAll: "everything" | ReadonlySet<string>;
  /** By object: fields that field-level security hides. */
  hidden: ReadonlyMap<string, ReadonlySet<string>>;
  /** By object: fields that may be read alone. */
  readOnly: ReadonlyMap<string, ReadonlySet<string>>;
  sendCustomNotifications: boolean;
  /** View and Edit Converted Leads. */
  editConvertedLeads: boolean;
  /** May records of these objects be given to the user? All: null. */
  reads: ReadonlySet<string> | null;
};

/** Of a user whom the admin gave what an integration needs (salesforce.md §5.3). */
export const usualPermissions: Permissions = {
  viewAll: "everything",
  hidden: new Map(),
  readOnly: new Map(),
  sendCustomNotifications: true,
  editConvertedLeads: false,
  reads: null,
};
