import { createRouter } from "../../router.ts";
import type { Route } from "./call.ts";
import { collectionRoutes } from "./collections.ts";
import { compositeRoutes } from "./composite.ts";
import { describeRoutes } from "./describe.ts";
import { feedRoutes } from "./feed.ts";
import { notifyRoutes } from "./notify.ts";
import { queryRoutes } from "./query.ts";
import { recordRoutes } from "./records.ts";
import { replicationRoutes } from "./replication.ts";
import { searchRoutes } from "./search.ts";
import { serviceRoutes } from "./services.ts";
import { toolingRoutes } from "./tooling.ts";

/** The REST API, below "/services/data/v66.0". */
export const findRoute = createRouter<Route>([
  ...serviceRoutes,
  ...queryRoutes,
  ...searchRoutes,
  ...describeRoutes,
  ...replicationRoutes,
  ...recordRoutes,
  ...collectionRoutes,
  ...compositeRoutes,
  ...notifyRoutes,
  ...feedRoutes,
  ...toolingRoutes,
]);
