import Sequencer from "@jest/test-sequencer";

const slow = [/\/faults\//, /\/cli\//, /\/journeys\//, /\/bad-inputs\//];

/** The slow rooms first, so that no processor waits for the last of them: a fresh clone knows no durations. */
export default class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => slow.findIndex((room) => room.test(path)) >>> 0;
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
