import { z } from 'zod';
import { arnOf, byName, kept, type ResourceKind, resourceKind } from './kind.ts';

/** What the cloud keeps and shows, but gives no behaviour: logs' retention, dashboards. */
export const keptKinds: readonly ResourceKind[] = [
  resourceKind({
    type: 'AWS::CDK::Metadata',
    properties: z.strictObject({ Analytics: kept }),
    identify: byName,
  }),
  resourceKind({
    type: 'AWS::Logs::LogGroup',
    properties: z.strictObject({ RetentionInDays: kept, Tags: kept }),
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('logs', place, `log-group:${name}:*`) } }),
  }),
  resourceKind({
    type: 'AWS::CloudWatch::Dashboard',
    properties: z.strictObject({ DashboardBody: z.string() }),
    identify: byName,
  }),
];
