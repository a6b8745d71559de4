import { describe, expect, test } from "@jest/globals";
import { hoursOf } from "../../src/crm/salesforce/availability.ts";
import { daysOffOf } from "../../src/crm/salesforce/holidays.ts";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const allDays = [...weekdays, "Saturday", "Sunday"];
const open = (days: readonly string[], start: string, end: string) =>
  Object.fromEntries(
    days.flatMap((day) => [
      [`${day}StartTime`, `${start}:00.000Z`],
      [`${day}EndTime`, `${end}:00.000Z`],
    ]),
  );
const berlin = (more: object) => ({ TimeZoneSidKey: "Europe/Berlin", IsDefault: false, ...more });

describe("§4.4 business hours", () => {
  test("are those of the rep's zone, day by day", () => {
    const rows = [
      { TimeZoneSidKey: "America/New_York", IsDefault: true, ...open(weekdays, "09:00", "17:00") },
      berlin({ ...open(["Monday"], "08:30", "17:15"), ...open(["Sunday"], "22:00", "00:00") }),
    ];

    expect(hoursOf(rows, "Europe/Berlin")).toEqual([
      { day: "MO", startMinute: 510, endMinute: 1_035 },
      { day: "SU", startMinute: 1_320, endMinute: 1_440 },
    ]);
  });

  test("of several in the zone the default ones count", () => {
    const rows = [
      berlin(open(weekdays, "07:00", "12:00")),
      berlin({ IsDefault: true, ...open(["Friday"], "10:00", "11:00") }),
    ];

    expect(hoursOf(rows, "Europe/Berlin")).toEqual([{ day: "FR", startMinute: 600, endMinute: 660 }]);
  });

  test.each<[string, object[], string | null]>([
    ["there are none of the zone", [berlin(open(weekdays, "09:00", "17:00"))], "America/New_York"],
    [
      "nobody knows which of several",
      [berlin(open(weekdays, "09:00", "17:00")), berlin(open(weekdays, "07:00", "12:00"))],
      "Europe/Berlin",
    ],
    [
      "they are open around the clock, as in an org that never set any",
      [berlin(open(allDays, "00:00", "00:00"))],
      "Europe/Berlin",
    ],
    ["the rep has no zone", [berlin(open(weekdays, "09:00", "17:00"))], null],
  ])("are the policy's where %s", (_, rows, timeZone) => {
    expect(hoursOf(rows as Record<string, unknown>[], timeZone)).toBeNull();
  });

  test("that are closed all week say that nobody works", () => {
    expect(hoursOf([berlin({})], "Europe/Berlin")).toEqual([]);
  });
});

describe("§4.4 holidays", () => {
  const now = new Date("2026-11-17T14:00:00Z");
  const daysOf = (row: object) => daysOffOf([{ IsAllDay: true, IsRecurrence: false, ...row }], now);
  const recurring = (row: object) =>
    daysOf({ IsRecurrence: true, RecurrenceStartDate: "2020-01-01", RecurrenceInterval: 1, ...row });
  const sunday = 1;
  const thursday = 16;
  const workdays = 62;

  test("on one day", () => {
    expect(daysOf({ ActivityDate: "2026-12-24" })).toEqual(["2026-12-24"]);
    expect(daysOf({ ActivityDate: "2025-12-24" })).toEqual([]);
  });

  test("of a part of a day are no days off", () => {
    expect(daysOf({ ActivityDate: "2026-12-24", IsAllDay: false, StartTimeInMinutes: 720 })).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    [
      "each year",
      { RecurrenceType: "RecursYearly", RecurrenceMonthOfYear: "December", RecurrenceDayOfMonth: 25 },
      ["2026-12-25"],
    ],
    [
      "the fourth Thursday of November",
      {
        ...{ RecurrenceType: "RecursYearlyNth", RecurrenceMonthOfYear: "November", RecurrenceInstance: "Fourth" },
        RecurrenceDayOfWeekMask: thursday,
      },
      ["2026-11-26", "2027-11-25"],
    ],
    [
      "each second month on the third, since January, up to a day",
      {
        ...{ RecurrenceType: "RecursMonthly", RecurrenceDayOfMonth: 3, RecurrenceInterval: 2 },
        RecurrenceEndDateOnly: "2027-05-02",
      },
      ["2027-01-03", "2027-03-03"],
    ],
    [
      "the last working day of a month, each sixth month",
      {
        ...{ RecurrenceType: "RecursMonthlyNth", RecurrenceInstance: "Last", RecurrenceInterval: 6 },
        RecurrenceDayOfWeekMask: workdays,
      },
      ["2027-01-29", "2027-07-30"],
    ],
    [
      "each second Sunday, up to a day",
      {
        ...{ RecurrenceType: "RecursWeekly", RecurrenceDayOfWeekMask: sunday, RecurrenceInterval: 2 },
        ...{ RecurrenceStartDate: "2026-11-15", RecurrenceEndDateOnly: "2026-12-20" },
      },
      ["2026-11-15", "2026-11-29", "2026-12-13"],
    ],
    [
      "every third day, up to a day",
      {
        ...{ RecurrenceType: "RecursDaily", RecurrenceInterval: 3, RecurrenceStartDate: "2026-12-01" },
        RecurrenceEndDateOnly: "2026-12-08",
      },
      ["2026-12-01", "2026-12-04", "2026-12-07"],
    ],
  ])("%s", (_, row, dates) => {
    expect(recurring(row)).toEqual(dates);
  });
});
