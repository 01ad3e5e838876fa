import type { JsonObject } from '../service.ts';
import type { AccessRequest } from './decide.ts';

/**
 * What a CloudWatch call asks of IAM: PutMetricData knows no resource, only its namespace.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
 */
export function cloudwatchRequests(operation: string, { Namespace }: JsonObject): readonly AccessRequest[] | undefined {
  if (operation !== 'PutMetricData') return undefined;
  return [
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': [String(Namespace)] } },
  ];
}
