import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../functions/contract.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { type Bundle, bundle } from './bundle.ts';
import { RoundsFunction } from './rounds-function.ts';
import type { RoundsTable } from './table.ts';

export interface ConsoleProps {
  readonly plan: Plan;
  readonly table: RoundsTable;
}

/** A person waits for it. */
const timeout = Duration.seconds(15);

/** Partitions that hold what people say. What follows from it, the tick does. */
const written = ['alert', 'silence', 'sign-off', 'incident#*'];

const seen = 'CloudWatch invokes it for somebody who sees the answer, or that there is none, and asks again.';

/**
 * The two functions behind the dashboard's widgets. CloudWatch invokes them with the rights of whoever looks: who may
 * invoke only the first one sees everything and can do nothing.
 */
export class Console extends Construct {
  /** Draws widgets, and changes nothing. */
  readonly console: RoundsFunction;
  /** Does what people ask for by the buttons. */
  readonly act: RoundsFunction;

  constructor(scope: Construct, id: string, { plan, table }: ConsoleProps) {
    super(scope, id);
    const variables = { [environment.table]: table.tableName };
    this.act = this.functionOf('Act', 'Does what people ask for in the console', bundle('act', plan), variables);
    this.console = this.functionOf('Console', 'Draws the widgets of the console', bundle('console', plan), {
      ...variables,
      [environment.act]: this.act.functionArn,
    });
    for (const each of [this.console, this.act]) {
      table.grantRead(each);
      table.grantReadMany(each);
    }
    table.grantPut(this.act, written);
  }

  private functionOf(name: string, description: string, code: Bundle, variables: Record<string, string>) {
    return new RoundsFunction(this, name, {
      description,
      bundle: code,
      environment: variables,
      timeout,
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      dropped: seen,
    });
  }
}
