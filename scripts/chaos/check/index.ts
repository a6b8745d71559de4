import { everyAssignmentHasItsClocks, loadsAreOpenWork } from "./clocks.ts";
import {
  everyOwnerIsStamped,
  everyTaskIsPlanned,
  oneDecisionPerTrigger,
  oneDecisionSeenPerTrigger,
  oneOwnerPerDecision,
  oneTaskPerDecision,
} from "./decisions.ts";
import {
  everyDecisionIsWritten,
  everyLeadIsDecided,
  everyQualifiedLeadIsInHand,
  nobodyFollowsInVain,
  nothingIsLeft,
  oneOpenTaskPerLead,
  openTaskIsOfTheOwner,
} from "./ends.ts";
import { batchesReplay, staleHoldersRecordNothing } from "./fences.ts";
import { acknowledgedIsStored, endsHaveReasons, onlyDeathsPark, storedOnce } from "./intake.ts";
import { ledgerLaws } from "./ledgers.ts";
import type { Check, Evidence, Violation } from "./violation.ts";

/** What must hold at any instant, whatever is under way. */
const always: readonly Check[] = [
  acknowledgedIsStored,
  storedOnce,
  endsHaveReasons,
  onlyDeathsPark,
  oneDecisionPerTrigger,
  oneOwnerPerDecision,
  everyOwnerIsStamped,
  oneTaskPerDecision,
  everyTaskIsPlanned,
  oneDecisionSeenPerTrigger,
  ledgerLaws,
  staleHoldersRecordNothing,
  batchesReplay,
  everyAssignmentHasItsClocks,
  loadsAreOpenWork,
];

/** What must hold as well once everything has had its time. */
const atTheEnd: readonly Check[] = [
  nothingIsLeft,
  everyLeadIsDecided,
  everyQualifiedLeadIsInHand,
  everyDecisionIsWritten,
  nobodyFollowsInVain,
  oneOpenTaskPerLead,
  openTaskIsOfTheOwner,
];

/** Every broken promise that the evidence shows at whatever instant; no time heals any. Pure. */
export const checkAlways = (evidence: Evidence): Violation[] => always.flatMap((each) => each(evidence));

/** What is not at its end yet; a violation once everything has had its time. Pure. */
export const checkEnds = (evidence: Evidence): Violation[] => atTheEnd.flatMap((each) => each(evidence));
