import { z } from 'zod';
import type { JsonObject } from '../service.ts';
import { arnOf, kept, type ResourceKind, resourceKind, wholeNumber } from './kind.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});

/** Only on demand: dynalite would not throttle a provisioned table as AWS does. Nothing expires; the clock is ours. */
const properties = z.strictObject({
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection }))
    .optional(),
  KeySchema: keySchema,
  PointInTimeRecoverySpecification: kept,
  Tags: kept,
  TimeToLiveSpecification: z
    .strictObject({ AttributeName: z.string(), Enabled: wholeNumber.or(z.boolean()) })
    .optional(),
});

export const tableKinds: readonly ResourceKind[] = [
  resourceKind({
    type: 'AWS::DynamoDB::Table',
    properties,
    identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('dynamodb', place, `table/${name}`) } }),
    async create(table, { ref, attributes }, { dynamodb, tableKeys }) {
      const { AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema } = table;
      const indexes = GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes };
      const definition = { TableName: ref, AttributeDefinitions, BillingMode, KeySchema, ...indexes };
      await dynamodb.createTable(definition as JsonObject);
      tableKeys.set(ref, {
        arn: String(attributes.Arn),
        partitionKey: partitionKeyOf(KeySchema),
        indexes: Object.fromEntries(
          (GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, partitionKeyOf(index.KeySchema)]),
        ),
      });
    },
  }),
];

function partitionKeyOf(keys: z.infer<typeof keySchema>): string {
  return keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}
