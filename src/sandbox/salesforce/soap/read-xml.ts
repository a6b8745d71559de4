import sax from "sax";

/** An element without its namespace: what stands in it is either text or elements. */
export type XmlElement = {
  name: string;
  /** Without white space at its ends; "" of one that is nil. */
  text: string;
  children: readonly XmlElement[];
};

type Open = { name: string; text: string; children: Open[] };

const deepest = 50;

/** What is no XML that we read: broken, nested without end, or with a document type, which could make entities. */
export class XmlError extends Error {}

/** `&amp;` and its four kin; sax takes HTML's too unless it is told, which its types do not know. */
const onlyXmlEntities: sax.SAXOptions & { strictEntities: boolean } = { strictEntities: true };

/** Reads a document. Throws XmlError. */
export function readXml(document: string): XmlElement {
  const parser = sax.parser(true, onlyXmlEntities);
  const root: Open = { name: "", text: "", children: [] };
  const open: Open[] = [root];
  parser.onopentag = ({ name }) => {
    const element: Open = { name: localName(name), text: "", children: [] };
    open.at(-1)?.children.push(element);
    if (open.push(element) > deepest) throw new XmlError("the document is nested too deep");
  };
  parser.onclosetag = () => {
    const closed = open.pop();
    if (closed !== undefined) closed.text = closed.text.trim();
  };
  const add = (text: string): void => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.ontext = add;
  parser.oncdata = add;
  parser.ondoctype = () => {
    throw new XmlError("a document type declaration is not allowed");
  };
  parser.onerror = (error) => {
    throw new XmlError(error.message.split("\n")[0]);
  };
  parser.write(document).close();
  const [first, ...more] = root.children;
  if (first === undefined || more.length > 0) throw new XmlError("the document must have one root element");
  return first;
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** The element at the end of a path of names; null when one is missing. */
export function childAt(element: XmlElement, ...path: readonly string[]): XmlElement | null {
  let found: XmlElement | undefined = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found ?? null;
}

/** The text at the end of a path; null of one that is missing or empty, as what is nil is. */
export function textAt(element: XmlElement, ...path: readonly string[]): string | null {
  const found = childAt(element, ...path);
  return found === null || found.text === "" ? null : found.text;
}
