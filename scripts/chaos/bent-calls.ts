import { everywhere, type Fault } from "./fault.ts";

/** A local CRM whose answers can be bent. */
type Bendable<SandboxFault> = {
  faults: { add(fault: SandboxFault): { id: string }; remove(id: string): boolean };
  requests: { list(): readonly { fault: string | null }[] };
};

/** Calls that faults of a CRM bend, each with its chance while the round lasts; `kind`: what they are all of. */
export function bentCalls<SandboxFault extends { kind: string }>(
  { faults, requests }: Bendable<SandboxFault>,
  { name, bent, kind }: { name: string; bent: readonly SandboxFault[]; kind: SandboxFault["kind"] },
): Fault {
  return {
    name,
    in: everywhere,
    async begin() {
      const ids = bent.map((fault) => faults.add(fault).id);
      return async () => {
        for (const id of ids) faults.remove(id);
      };
    },
    struck: () => requests.list().filter(({ fault }) => fault === kind).length,
  };
}
