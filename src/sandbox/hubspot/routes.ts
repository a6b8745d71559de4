import { associationBatchRoutes } from "./association-batch.ts";
import { associationRoutes } from "./association-routes.ts";
import { batchRoutes } from "./batch.ts";
import { mergeRoutes } from "./merge.ts";
import { singleRecordRoutes } from "./objects.ts";
import { ownerRoutes } from "./owners.ts";
import { pipelineRoutes } from "./pipelines.ts";
import type { Route } from "./portal.ts";
import { propertyRoutes } from "./properties.ts";
import { propertyGroupRoutes } from "./property-groups.ts";
import { searchRoutes } from "./search.ts";

/** Every endpoint that reads or writes an account's data. */
export const objectRoutes: Route[] = [
  ...singleRecordRoutes,
  ...batchRoutes,
  ...searchRoutes,
  ...mergeRoutes,
  ...associationRoutes,
  ...associationBatchRoutes,
  ...propertyRoutes,
  ...propertyGroupRoutes,
  ...ownerRoutes,
  ...pipelineRoutes,
];
