import sax from "sax";
import { Invalid } from "../../../errors.ts";
import { to18 } from "../ids.ts";

/** One record of an outbound message, with its fields as they were when it was sent; those that are empty are left out. */
export type Notification = { id: string; object: string; fields: ReadonlyMap<string, string> };

export type OutboundMessage = { organizationId: string; notifications: readonly Notification[] };

/** salesforce.md §1.5: so many come in one message. */
const mostNotifications = 100;
const deepest = 10;

/** Where an element stands, by the names of those around it without their prefixes. */
const at = {
  organization: "Envelope/Body/notifications/OrganizationId",
  notification: "Envelope/Body/notifications/Notification",
  id: "Envelope/Body/notifications/Notification/Id",
  record: "Envelope/Body/notifications/Notification/sObject",
};

/** `&amp;` and its four kin; sax takes HTML's too unless it is told, which its types do not know. */
const onlyXmlEntities: sax.SAXOptions & { strictEntities: boolean } = { strictEntities: true };

type Reading = { id: string; object: string; fields: Map<string, string> };

/**
 * Reads the envelope of an outbound message (salesforce.md §1.5). Nothing that a document can declare is followed: a
 * document type is refused, and with it every entity of its own. Throws Invalid.
 */
export function readMessage(document: string): OutboundMessage {
  const parser = sax.parser(true, onlyXmlEntities);
  const path: string[] = [];
  const notifications: Reading[] = [];
  let organization = "";
  let text = "";
  const refuse = (because: string): never => {
    throw new Invalid("The outbound message", [{ path: "body", message: because }]);
  };
  parser.ondoctype = () => refuse("it declares a document type");
  parser.onerror = () => refuse("it is no XML");
  parser.onopentag = ({ name, attributes }) => {
    path.push(localName(name));
    text = "";
    if (path.length > deepest) refuse("its elements are nested too deep");
    const where = path.join("/");
    if (where === at.notification && notifications.push({ id: "", object: "", fields: new Map() }) > mostNotifications)
      refuse(`it has more than ${mostNotifications} notifications`);
    const current = notifications.at(-1);
    if (where === at.record && current !== undefined) current.object = localName(String(attributes["xsi:type"] ?? ""));
  };
  const add = (more: string): void => {
    text += more;
  };
  parser.ontext = add;
  parser.oncdata = add;
  parser.onclosetag = () => {
    const where = path.join("/");
    const name = path.pop() ?? "";
    const current = notifications.at(-1);
    if (where === at.organization) organization = text.trim();
    else if (where === at.id && current !== undefined) current.id = text.trim();
    else if (path.join("/") === at.record) current?.fields.set(name, text);
    text = "";
  };
  parser.write(document).close();
  const organizationId = to18(organization) ?? refuse("it names no organization");
  if (notifications.length === 0) refuse("it has no notification");
  return { organizationId, notifications };
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);
