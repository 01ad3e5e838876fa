/** What one of AWS's prices is for. */
export interface Price {
  readonly service: string;
  /** What is counted, as a row of a table names it. */
  readonly what: string;
  readonly dollars: number;
  /** So many are had for the dollars. @default 1 */
  readonly per?: number;
  /** What the ones beyond so many cost, ascending. @default the same */
  readonly beyond?: readonly { readonly count: number; readonly dollars: number }[];
}

/** What every price here stands for: without free tiers, credits, discounts and taxes. */
export const pricesAre = { region: 'us-east-1', asOf: '2025-06' } as const;

/** AWS's pages, where the prices of today and of other regions are. */
export const pricePages: Readonly<Record<string, string>> = {
  Lambda: 'https://aws.amazon.com/lambda/pricing/',
  DynamoDB: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  CloudWatch: 'https://aws.amazon.com/cloudwatch/pricing/',
  SNS: 'https://aws.amazon.com/sns/pricing/',
  SMS: 'https://aws.amazon.com/sns/sms-pricing/',
  SQS: 'https://aws.amazon.com/sqs/pricing/',
  Scheduler: 'https://aws.amazon.com/eventbridge/pricing/',
  KMS: 'https://aws.amazon.com/kms/pricing/',
  'Systems Manager': 'https://aws.amazon.com/systems-manager/pricing/',
  EC2: 'https://aws.amazon.com/ec2/pricing/on-demand/',
};

const million = 1_000_000;

/** All that a stack uses, and what the comparisons need. Reading status events of SSM from EventBridge is free. */
export const prices = {
  metrics: {
    ...{ service: 'CloudWatch', what: 'months of a metric', dollars: 0.3 },
    beyond: [
      { count: 10_000, dollars: 0.1 },
      { count: 250_000, dollars: 0.05 },
      { count: million, dollars: 0.02 },
    ],
  },
  metricCalls: { service: 'CloudWatch', what: 'calls of PutMetricData', dollars: 0.01, per: 1_000 },
  alarms: { service: 'CloudWatch', what: 'alarms', dollars: 0.1 },
  dashboards: { service: 'CloudWatch', what: 'dashboards', dollars: 3 },
  logsTaken: { service: 'CloudWatch', what: 'GB of logs, taken in', dollars: 0.5 },
  logsKept: { service: 'CloudWatch', what: 'GB of logs, kept', dollars: 0.03 },
  writeUnits: { service: 'DynamoDB', what: 'write units', dollars: 0.625, per: million },
  readUnits: { service: 'DynamoDB', what: 'read units', dollars: 0.125, per: million },
  stored: { service: 'DynamoDB', what: 'GB kept', dollars: 0.25 },
  recoverable: { service: 'DynamoDB', what: 'GB that can be restored to any second', dollars: 0.2 },
  invocations: { service: 'Lambda', what: 'invocations', dollars: 0.2, per: million },
  gigabyteSeconds: { service: 'Lambda', what: 'GB-seconds on arm64', dollars: 13.3334, per: million },
  publishes: { service: 'SNS', what: 'publishes', dollars: 0.5, per: million },
  emails: { service: 'SNS', what: 'emails', dollars: 2, per: 100_000 },
  posts: { service: 'SNS', what: 'HTTPS deliveries', dollars: 0.6, per: million },
  /** Of the United States, with what carriers add: both differ by country and number, up to some ten times. */
  smsParts: { service: 'SMS', what: 'parts of SMS', dollars: 0.01 },
  queueRequests: { service: 'SQS', what: 'requests', dollars: 0.4, per: million },
  firings: { service: 'Scheduler', what: 'firings', dollars: 1, per: million },
  keys: { service: 'KMS', what: 'keys', dollars: 1 },
  keyRequests: { service: 'KMS', what: 'requests', dollars: 0.03, per: 10_000 },
  commands: { service: 'Systems Manager', what: 'commands, each to a host', dollars: 0 },
  serverHours: { service: 'EC2', what: 'hours of a t3.medium', dollars: 0.0416 },
  diskGigabytes: { service: 'EC2', what: 'GB of gp3', dollars: 0.08 },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceId = keyof typeof prices;

export type Prices = Readonly<Record<PriceId, Price>>;

/** @returns dollars */
export function dollarsFor({ dollars, per = 1, beyond = [] }: Price, quantity: number): number {
  const steps = [{ count: 0, dollars }, ...beyond];
  return steps.reduce((sum, step, index) => {
    const end = Math.min(quantity, steps[index + 1]?.count ?? quantity);
    return sum + (Math.max(0, end - step.count) / per) * step.dollars;
  }, 0);
}
