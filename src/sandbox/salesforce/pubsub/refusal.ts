import { status } from "@grpc/grpc-js";

type Situation = { status: status; errorCode: string };

const prefix = "sfdc.platform.eventbus.grpc";

/** What the service refuses or ends a stream for, with its gRPC status and `error-code` trailer (salesforce.md §1.3). */
export const situations = {
  auth: { status: status.UNAUTHENTICATED, errorCode: `${prefix}.service.auth.error` },
  unavailable: { status: status.UNAVAILABLE, errorCode: `${prefix}.service.unavailable` },
  "replay-id-corrupted": {
    status: status.INVALID_ARGUMENT,
    errorCode: `${prefix}.subscription.fetch.replayid.corrupted`,
  },
  "replay-id-invalid": {
    status: status.INVALID_ARGUMENT,
    errorCode: `${prefix}.subscription.fetch.replayid.validation.failed`,
  },
  "too-few-requested": {
    status: status.INVALID_ARGUMENT,
    errorCode: `${prefix}.subscription.fetch.requested.events.invalid`,
  },
  "other-topic": { status: status.INVALID_ARGUMENT, errorCode: `${prefix}.subscription.fetch.topic.mismatch` },
  "malformed-topic": { status: status.INVALID_ARGUMENT, errorCode: `${prefix}.topic.invalid` },
  "unknown-topic": { status: status.NOT_FOUND, errorCode: `${prefix}.topic.not.found` },
  "no-access": { status: status.PERMISSION_DENIED, errorCode: `${prefix}.subscription.topic.cannot.subscribe` },
  "unknown-schema": { status: status.NOT_FOUND, errorCode: `${prefix}.schema.not.found` },
  allocation: { status: status.RESOURCE_EXHAUSTED, errorCode: `${prefix}.subscription.limit.exceeded` },
  idle: { status: status.DEADLINE_EXCEEDED, errorCode: `${prefix}.subscription.idle.timeout` },
  unimplemented: { status: status.UNIMPLEMENTED, errorCode: `${prefix}.service.unimplemented` },
} as const satisfies Record<string, Situation>;

export type SituationName = keyof typeof situations;

/** What the service refuses, in its own words; `rpcId: …` is appended where it is sent. */
export class Refusal extends Error {
  readonly situation: SituationName;
  constructor(situation: SituationName, message: string) {
    super(message);
    this.situation = situation;
  }
}
