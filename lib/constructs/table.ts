import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { table } from '../../functions/contract.ts';

/** The one table of a platform: rounds, results, alerts, incidents, and a sparse index over what is owed. */
export class RoundsTable extends Table {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: table.partitionKey, type: AttributeType.STRING },
      sortKey: { name: table.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // No encryption of our own: the key that AWS owns costs nothing, and nobody can disable it and so stop all paging.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: table.expiresAt,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.addGlobalSecondaryIndex({
      indexName: table.dueIndex.name,
      partitionKey: { name: table.dueIndex.partitionKey, type: AttributeType.STRING },
      sortKey: { name: table.dueIndex.sortKey, type: AttributeType.STRING },
      // What is due is read again from the table before anything is decided: an index lags.
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** Lets `grantee` read items. Nothing scans, and nothing deletes. */
  grantRead({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadItems',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        resources: [this.tableArn],
      }),
    );
  }

  /** Lets `grantee` read many items in one call. */
  grantReadMany({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'ReadManyItems', actions: ['dynamodb:BatchGetItem'], resources: [this.tableArn] }),
    );
  }

  /**
   * Lets `grantee` write one item at a time.
   * @param partitions those that it writes to, `*` for whatever is at its place
   */
  grantPut(grantee: IGrantable, partitions: readonly string[]): void {
    this.grantWrite(grantee, 'PutItems', 'dynamodb:PutItem', partitions);
  }

  /**
   * Lets `grantee` write many items in one call.
   * @param partitions as in `grantPut`
   */
  grantPutMany(grantee: IGrantable, partitions: readonly string[]): void {
    this.grantWrite(grantee, 'PutManyItems', 'dynamodb:BatchWriteItem', partitions);
  }

  /** Lets `grantee` ask what is due. */
  grantDue({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'WhatIsDue',
        actions: ['dynamodb:Query'],
        resources: [`${this.tableArn}/index/${table.dueIndex.name}`],
      }),
    );
  }

  private grantWrite({ grantPrincipal }: IGrantable, sid: string, action: string, partitions: readonly string[]): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid,
        actions: [action],
        resources: [this.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
      }),
    );
  }
}
