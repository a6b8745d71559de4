import type { Answer } from "../http.ts";
import { objectNotFound } from "./object-errors.ts";
import { readScopes, requireTypeId } from "./object-types.ts";
import type { Call, Pipeline, Route } from "./portal.ts";

/** Pipelines and their stages, to read (hubspot.md §4.7). */
export const pipelineRoutes: Route[] = [
  { method: "GET", paths: paths(""), scopes: readScopes, handle: listPipelines },
  { method: "GET", paths: paths("/:id"), scopes: readScopes, handle: readPipeline },
  { method: "GET", paths: paths("/:id/stages"), scopes: readScopes, handle: listStages },
];

function paths(rest: string): string[] {
  return [`/crm/pipelines/:version/:objectType${rest}`, `/crm/v3/pipelines/:objectType${rest}`];
}

function listPipelines({ portal, params }: Call): Answer {
  const pipelines = portal.pipelines.get(requireTypeId(params.objectType)) ?? [];
  return { status: 200, body: { results: pipelines.map(formatPipeline) } };
}

function readPipeline(call: Call): Answer {
  return { status: 200, body: formatPipeline(requirePipeline(call)) };
}

function listStages(call: Call): Answer {
  return { status: 200, body: { results: requirePipeline(call).stages.map(formatStage) } };
}

function requirePipeline({ portal, params }: Call): Pipeline {
  const pipelines = portal.pipelines.get(requireTypeId(params.objectType)) ?? [];
  const pipeline = pipelines.find((one) => one.id === params.id);
  if (!pipeline) throw objectNotFound();
  return pipeline;
}

function formatPipeline({ id, label, displayOrder, stages }: Pipeline): Record<string, unknown> {
  return { id, label, displayOrder, archived: false, stages: stages.map(formatStage) };
}

function formatStage(stage: Pipeline["stages"][number]): Record<string, unknown> {
  return { ...stage, writePermissions: "CRM_PERMISSIONS_ENFORCEMENT", archived: false };
}
