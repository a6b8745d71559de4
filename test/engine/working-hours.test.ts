import { describe, expect, test } from "@jest/globals";
import {
  addBusinessMinutes,
  addMinutesOfAny,
  type Calendar,
  isAbsent,
  isAway,
  isOnShift,
  nextOpening,
} from "../../src/engine/working-hours.ts";
import { type Shift, type Weekday, weekdays } from "../../src/model/rep.ts";

const shift = (day: Weekday, startMinute: number, endMinute: number): Shift => ({ day, startMinute, endMinute });

const officeHours = weekdays.slice(0, 5).map((day) => shift(day, 9 * 60, 18 * 60));

const calendar = (parts: Partial<Calendar> = {}): Calendar => ({
  timeZone: "Europe/Berlin",
  shifts: officeHours,
  absences: [],
  holidays: [],
  ...parts,
});

const everyDay = (startMinute: number, endMinute: number) => weekdays.map((day) => shift(day, startMinute, endMinute));

describe("intervals are [start, end)", () => {
  test.each([
    ["just before opening", "2026-11-20T07:59:59.999Z", false],
    ["at opening", "2026-11-20T08:00:00Z", true],
    ["just before closing", "2026-11-20T16:59:59.999Z", true],
    ["at closing", "2026-11-20T17:00:00Z", false],
    ["on Saturday", "2026-11-21T10:00:00Z", false],
  ])("%s", (_, at, working) => {
    expect(isOnShift(calendar(), at)).toBe(working);
  });

  test.each([
    ["when it starts", "2026-11-20T10:00:00Z", true],
    ["when it ends", "2026-11-20T11:00:00Z", false],
  ])("an absence %s", (_, at, away) => {
    const absences = [{ startAt: "2026-11-20T10:00:00Z", endAt: "2026-11-20T11:00:00Z" }];
    expect([isAway(calendar({ absences }), at), isOnShift(calendar({ absences }), at)]).toEqual([away, true]);
  });
});

describe("zones", () => {
  test.each([
    ["Asia/Kolkata, +5:30", "Asia/Kolkata", "2026-11-20T03:30:00.000Z"],
    ["Asia/Kathmandu, +5:45", "Asia/Kathmandu", "2026-11-20T03:15:00.000Z"],
    ["Australia/Adelaide, +10:30 in summer", "Australia/Adelaide", "2026-11-19T22:30:00.000Z"],
    ["America/St_Johns, −3:30", "America/St_Johns", "2026-11-20T12:30:00.000Z"],
    ["Pacific/Kiritimati, +14", "Pacific/Kiritimati", "2026-11-19T19:00:00.000Z"],
  ])("%s opens at nine of its own Friday", (_, timeZone, opensAt) => {
    expect(nextOpening(calendar({ timeZone, shifts: [shift("FR", 540, 1080)] }), "2026-11-18T00:00:00Z")).toBe(opensAt);
  });

  test("a zone that is none is never open", () => {
    expect(nextOpening(calendar({ timeZone: "Mars/Olympus" }), "2026-11-18T00:00:00Z")).toBeNull();
  });
});

describe("an absence counts", () => {
  const absences = [{ startAt: "2026-11-20T10:00:00Z", endAt: "2026-11-24T12:00:00Z" }];

  test.each([
    ["in a shift that falls into it", "2026-11-20T11:00:00Z", true],
    ["in a shift before it", "2026-11-20T09:00:00Z", false],
    ["at night, when the next shift falls into it", "2026-11-21T02:00:00Z", true],
    ["at night, when the next shift begins before it", "2026-11-20T02:00:00Z", false],
    ["not after its end", "2026-11-24T12:00:00Z", false],
  ])("%s", (_, at, absent) => {
    expect(isAbsent(calendar({ absences }), at)).toBe(absent);
  });

  test("and who never works is not absent for that", () => {
    expect(isAbsent(calendar({ shifts: [], absences }), "2026-11-20T11:00:00Z")).toBe(false);
  });
});

describe("the next opening", () => {
  test.each([
    ["an open instant is its own", "2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.000Z"],
    ["in the morning, today", "2026-11-20T05:00:00Z", "2026-11-20T08:00:00.000Z"],
    ["at closing on Friday, Monday", "2026-11-20T17:00:00Z", "2026-11-23T08:00:00.000Z"],
  ])("%s", (_, at, opensAt) => {
    expect(nextOpening(calendar(), at)).toBe(opensAt);
  });

  test("waits for the end of an absence in mid-shift", () => {
    const absences = [{ startAt: "2026-11-20T08:00:00Z", endAt: "2026-11-20T12:30:00Z" }];
    expect(nextOpening(calendar({ absences }), "2026-11-20T09:00:00Z")).toBe("2026-11-20T12:30:00.000Z");
  });

  test("an empty calendar is never open", () => {
    expect(nextOpening(calendar({ shifts: [] }), "2026-11-20T10:00:00Z")).toBeNull();
  });

  test("an absence without an end in sight is never open", () => {
    const absences = [{ startAt: "2026-01-01T00:00:00Z", endAt: "2030-01-01T00:00:00Z" }];
    expect(nextOpening(calendar({ absences }), "2026-11-20T10:00:00Z")).toBeNull();
  });
});

describe("adding business minutes", () => {
  test.each([
    ["zero changes nothing, even when closed", "2026-11-21T10:00:00Z", 0, "2026-11-21T10:00:00Z"],
    ["within the shift", "2026-11-20T09:00:00Z", 15, "2026-11-20T09:15:00.000Z"],
    ["a limit at closing time is due at closing", "2026-11-20T16:00:00Z", 60, "2026-11-20T17:00:00.000Z"],
    ["a minute more is due on Monday", "2026-11-20T16:00:00Z", 61, "2026-11-23T08:01:00.000Z"],
    ["from a closed instant the clock starts with the shift", "2026-11-21T10:00:00Z", 30, "2026-11-23T08:30:00.000Z"],
    ["over a whole week", "2026-11-20T09:00:00Z", 5 * 9 * 60, "2026-11-27T09:00:00.000Z"],
  ])("%s", (_, at, minutes, dueAt) => {
    expect(addBusinessMinutes(calendar(), at, minutes)).toBe(dueAt);
  });

  test("an absence does not count", () => {
    const absences = [{ startAt: "2026-11-20T10:00:00Z", endAt: "2026-11-20T12:00:00Z" }];
    expect(addBusinessMinutes(calendar({ absences }), "2026-11-20T09:30:00Z", 60)).toBe("2026-11-20T12:30:00.000Z");
  });

  test("overlapping shifts count once", () => {
    const shifts = [shift("FR", 540, 720), shift("FR", 600, 780)];
    expect(addBusinessMinutes(calendar({ shifts }), "2026-11-20T08:00:00Z", 240)).toBe("2026-11-20T12:00:00.000Z");
  });

  test("an empty calendar never gets there", () => {
    expect(addBusinessMinutes(calendar({ shifts: [] }), "2026-11-20T09:00:00Z", 1)).toBeNull();
  });
});

describe("a shift that passes midnight", () => {
  const night = calendar({ shifts: [shift("FR", 22 * 60, 30 * 60)] });

  test.each([
    ["Friday 23:00", "2026-11-20T22:00:00Z", true],
    ["Saturday 05:59", "2026-11-21T04:59:00Z", true],
    ["Saturday 06:00", "2026-11-21T05:00:00Z", false],
    ["Friday 05:00, which is no Thursday shift", "2026-11-20T04:00:00Z", false],
  ])("%s", (_, at, working) => {
    expect(isOnShift(night, at)).toBe(working);
  });
});

// Berlin: 29 March 2026 02:00 → 03:00, 25 October 2026 03:00 → 02:00.
describe("clock changes", () => {
  test("a skipped local time moves forward by the gap", () => {
    const early = calendar({ shifts: everyDay(2 * 60 + 30, 10 * 60) });
    expect(nextOpening(early, "2026-03-29T00:00:00Z")).toBe("2026-03-29T01:30:00.000Z");
  });

  test("an ambiguous local time is its first occurrence", () => {
    const early = calendar({ shifts: everyDay(2 * 60 + 30, 10 * 60) });
    expect(nextOpening(early, "2026-10-24T23:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
  });

  test("a shift that ends in the ambiguous hour ends at its first occurrence", () => {
    const late = calendar({ shifts: everyDay(0, 2 * 60 + 30) });
    expect([isOnShift(late, "2026-10-25T00:29:00Z"), isOnShift(late, "2026-10-25T01:15:00Z")]).toEqual([true, false]);
  });

  test("the hour that happens twice is worked twice", () => {
    const night = calendar({ shifts: everyDay(0, 6 * 60) });
    expect(addBusinessMinutes(night, "2026-10-24T22:00:00Z", 7 * 60)).toBe("2026-10-25T05:00:00.000Z");
  });

  test("the hour that is skipped is not worked", () => {
    const night = calendar({ shifts: everyDay(0, 6 * 60) });
    expect(addBusinessMinutes(night, "2026-03-28T23:00:00Z", 5 * 60)).toBe("2026-03-29T04:00:00.000Z");
  });

  test("office hours keep their wall time in summer", () => {
    expect(nextOpening(calendar(), "2026-03-28T10:00:00Z")).toBe("2026-03-30T07:00:00.000Z");
  });

  test("half an hour of change, at Lord Howe", () => {
    // 4 October 2026 02:00 → 02:30.
    const lordHowe = calendar({ timeZone: "Australia/Lord_Howe", shifts: everyDay(2 * 60 + 15, 10 * 60) });
    expect(nextOpening(lordHowe, "2026-10-03T15:00:00Z")).toBe("2026-10-03T15:45:00.000Z");
  });
});

describe("a holiday closes the local date", () => {
  const overnight = calendar({ shifts: everyDay(22 * 60, 30 * 60), holidays: ["2026-12-25"] });

  test.each([
    ["the evening before, until midnight in Berlin", "2026-12-24T22:59:00Z", true],
    ["from midnight on, though the shift goes on", "2026-12-24T23:00:00Z", false],
    ["that evening", "2026-12-25T21:30:00Z", false],
    ["past the midnight after, in the rest of the shift", "2026-12-25T23:00:00Z", true],
  ])("%s", (_, at, working) => {
    expect(isOnShift(overnight, at)).toBe(working);
  });

  test("what is left of a shift that passes midnight opens at midnight", () => {
    expect(nextOpening(overnight, "2026-12-25T12:00:00Z")).toBe("2026-12-25T23:00:00.000Z");
  });

  test("a limit passes over it", () => {
    const closed = calendar({ holidays: ["2026-12-25"] });
    expect(addBusinessMinutes(closed, "2026-12-24T16:30:00Z", 60)).toBe("2026-12-28T08:30:00.000Z");
  });

  test("who is off for it is not absent", () => {
    expect(isAbsent(calendar({ holidays: ["2026-12-25"] }), "2026-12-25T10:00:00Z")).toBe(false);
  });
});

describe("time in the hours of several people counts while any of them works", () => {
  const berlin = calendar();
  const newYork = calendar({ timeZone: "America/New_York" });

  test.each([
    // Berlin closes at 17:00Z, New York opened at 14:00Z and closes at 23:00Z.
    ["goes on with the second when the first closes", "2026-11-20T16:30:00.000Z", 60, "2026-11-20T17:30:00.000Z"],
    ["counts an hour of both once", "2026-11-20T14:00:00.000Z", 240, "2026-11-20T18:00:00.000Z"],
    ["stops when both are closed", "2026-11-20T22:30:00.000Z", 60, "2026-11-23T08:30:00.000Z"],
    ["passes the gap between them", "2026-11-23T07:00:00.000Z", 30, "2026-11-23T08:30:00.000Z"],
  ])("%s", (_, at, minutes, end) => {
    expect(addMinutesOfAny([berlin, newYork, calendar()], at, minutes)).toBe(end);
  });

  test("with one it is that one's, with none there is no end", () => {
    const at = "2026-11-20T16:30:00.000Z";
    expect(addMinutesOfAny([berlin], at, 60)).toBe(addBusinessMinutes(berlin, at, 60));
    expect([addMinutesOfAny([], at, 60), addMinutesOfAny([calendar({ shifts: [] })], at, 60)]).toEqual([null, null]);
  });
});
