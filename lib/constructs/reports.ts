import { Duration, Validations } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment, type ReportInput } from '../../functions/contract.ts';
import type { Plan } from '../../functions/core/plan.ts';
import type { Report, Runbook } from '../runbook/types.ts';
import { bundle } from './bundle.ts';
import type { ContactTopics } from './contact-topics.ts';
import { grantMetrics } from './functions.ts';
import { RoundsFunction } from './rounds-function.ts';
import { SlotSchedule, schedulerRole } from './slot-schedule.ts';
import type { RoundsTable } from './table.ts';

export interface ReportsProps {
  readonly runbook: Runbook;
  /** At least one. */
  readonly reports: readonly Report[];
  readonly plan: Plan;
  readonly table: RoundsTable;
  readonly contacts: ContactTopics;
  readonly deadLetters: IQueue;
}

/** The day's paperwork: a function that writes reports from the records and mails them, and a schedule for each. */
export class Reports extends Construct {
  readonly report: RoundsFunction;

  constructor(scope: Construct, id: string, props: ReportsProps) {
    super(scope, id);
    const { runbook, reports, plan, table, contacts, deadLetters } = props;
    this.report = new RoundsFunction(this, 'Report', {
      description: 'Writes a report from the records, keeps it, and mails it',
      bundle: bundle('report', plan),
      environment: { [environment.table]: table.tableName, [environment.topics]: contacts.arns },
      timeout: Duration.minutes(2),
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      onFailure: deadLetters,
    });
    this.grant(props);
    const role = schedulerRole(this, [this.report], deadLetters);
    for (const { id: report, title, schedule } of reports) {
      const description = `${runbook.name}: ${title}`;
      const input = (slot: string): ReportInput => ({ report, slot });
      new SlotSchedule(this, report, { runbook, description, schedule, target: this.report, role, input, deadLetters });
    }
  }

  /** It reads what it writes about and knows nothing of hosts. */
  private grant({ table, contacts }: ReportsProps): void {
    table.grantRead(this.report);
    table.grantPut(this.report, ['report', 'report#*']);
    contacts.grantPublish(this.report);
    grantMetrics(this.report);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "PutMetricData takes no resource and is held to Rounds' namespace by a condition.",
    });
  }
}
