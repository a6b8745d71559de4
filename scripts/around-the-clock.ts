/** The shipped policy with reps who work day and night and can take all: what is measured or broken has no office hours. */
export function aroundTheClock(shipped: string): string {
  const changes: [from: string, to: string][] = [
    ["capacity: 30", "capacity: 10000"],
    ["caps: { leads_per_day: 10, t1_per_hour: 3 }", "caps: {}"],
    ['days: MO-FR, start: "09:00", end: "18:00"', 'days: MO-SU, start: "00:00", end: "24:00"'],
    ["public_holidays: true", "public_holidays: false"],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The shipped policy has no "${from}" any more.`);
    return text.replace(from, to);
  }, shipped);
}
