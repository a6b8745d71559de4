import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { findRep } from "../engine/rep-settings.ts";
import type { Rep } from "../model/rep.ts";
import { openSubjects, raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Link, Workspace } from "./workspace.ts";

const kind = "policy-names-nobody";

type Name = { subjectId: string; isKnown: boolean; message: string };

/** A team or rep that the policy names and the CRM does not know takes no leads, and nothing else would say so. */
export async function checkRoster(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { policy } = await workspace.readPolicy();
  const { workspaceId } = workspace.lease;
  const at = deps.now().toISOString();
  const names = namesOf(policy, link.roster.reps);
  // A name that the policy does not have any more was mended there.
  for (const subjectId of await openSubjects(deps.db.query, workspaceId, kind))
    if (!names.some((name) => name.subjectId === subjectId))
      await resolveAlert(deps.db.query, { workspaceId, kind, subjectId }, at);
  for (const { subjectId, isKnown, message } of names) {
    const alert = { workspaceId, kind, subjectId } as const;
    if (isKnown) await resolveAlert(deps.db.query, alert, at);
    else {
      deps.log.warn({ connectionId: link.connection.id, kind }, "the policy names somebody whom the CRM does not know");
      const whatToDo =
        "Give a team or person in the CRM the name that the policy has, or correct the name in the policy and publish it. Until then nobody of it gets leads.";
      await raiseAlert(deps.db.query, { ...alert, connectionId: link.connection.id, message, whatToDo, raisedAt: at });
    }
  }
}

function namesOf(policy: Policy, reps: readonly Rep[]): Name[] {
  const teams = new Set(reps.flatMap((rep) => rep.teams));
  const namedTeam = (where: string, team: string): Name => ({
    subjectId: `team ${team}`,
    isKnown: team === "*" || teams.has(team),
    message: `${where} of the policy names the team "${team}", and no rep in the CRM is in such a team.`,
  });
  const ofPools = policy.pools.flatMap((pool) => [
    ...pool.teams.map((team) => namedTeam(`Pool ${pool.name}`, team)),
    ...pool.reps.map((name) => named(`Pool ${pool.name}`, name, reps)),
  ]);
  // Elsewhere a language without a speaker narrows nothing; in its countries it leaves nobody.
  const ofLanguages = policy.languages
    .filter(({ countries }) => countries.length > 0)
    .flatMap(({ language, teams: speakers }) => speakers.map((team) => namedTeam(`The language ${language}`, team)));
  const ofBackups = [["rep_defaults", policy.repDefaults] as const, ...Object.entries(policy.reps)].flatMap(
    ([rep, { backupId }]) => (backupId === null ? [] : [named(`The backup of ${rep}`, backupId, reps)]),
  );
  const ofOverrides = policy.overrides.flatMap(({ name, to }) =>
    "repId" in to ? [named(`The override ${name}`, to.repId, reps)] : [],
  );
  const { repId } = policy.catchAll;
  return [
    ...(repId === null ? [] : [named("The catch_all", repId, reps)]),
    ...ofOverrides,
    ...ofLanguages,
    ...ofPools,
    ...ofBackups,
    ...Object.keys(policy.reps).map((name) => named("The section reps", name, reps)),
  ];
}

function named(where: string, name: string, reps: readonly Rep[]): Name {
  return {
    subjectId: `rep ${name}`,
    isKnown: findRep(reps, name) !== null,
    message: `${where} of the policy names the rep "${name}", whom the CRM does not know.`,
  };
}
