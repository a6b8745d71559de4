import type { SandboxOrg } from "../sandbox-org.ts";

/** Where login tells who a user is. Login and org share one address here. */
export const identityUrl = ({ id, instanceUrl }: SandboxOrg, userId: string): string =>
  `${instanceUrl}/id/${id}/${userId}`;
