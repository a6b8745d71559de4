import { testActivity, testFailingReads, testReading } from "./contract-reading.ts";
import { testTasks, testUpdating } from "./contract-writing.ts";
import type { Start } from "./crm-under-test.ts";

/** What every CRM folder must do. A CRM's own test file calls this and adds its quirks. */
export function testCrm(name: string, start: Start): void {
  testReading(name, start);
  testFailingReads(name, start);
  testUpdating(name, start);
  testTasks(name, start);
  testActivity(name, start);
}
