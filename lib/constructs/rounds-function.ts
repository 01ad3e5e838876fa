import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duration, RemovalPolicy, Stage, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type DestinationConfig,
  type IDestination,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Bundle } from './bundle.ts';

export interface RoundsFunctionProps {
  readonly description: string;
  readonly bundle: Bundle;
  /** Variables by the names of `contract.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  /**
   * In megabytes. A processor of its own comes with 1,769.
   *
   * @default 512
   */
  readonly memory?: number;
  /** How often Lambda repeats an asynchronous invocation that failed, 0 to 2. */
  readonly retryAttempts: number;
  /** How long an asynchronous invocation may wait for its turn. */
  readonly maxEventAge: Duration;
  /**
   * Where an asynchronous invocation ends that failed for good.
   *
   * @default - it is dropped
   */
  readonly onFailure?: IQueue;
  /**
   * Why a failed invocation can be dropped, where it is.
   *
   * @default - the next one does everything that the failed one owed
   */
  readonly dropped?: string;
}

/** Small, but with enough processor that loading half a megabyte of code is not what a cold start waits for. */
const defaultMemory = 512;

const nextDoesIt =
  'The next invocation does everything that a failed one owed; alarms on errors and on the heartbeat report it.';

/** A function of Rounds: its bundle on arm64, a role that holds nothing but its own log, and no setting left implicit. */
export class RoundsFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: RoundsFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed policy that CDK would attach: it lets a function write every log of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      code: codeOf(scope, props.bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory ?? defaultMemory,
      timeout: props.timeout,
      environment: { ...props.environment },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      retryAttempts: props.retryAttempts,
      maxEventAge: props.maxEventAge,
      ...(props.onFailure && { onFailure: new FailureQueue(props.onFailure) }),
    });
    const dropped = props.dropped ?? nextDoesIt;
    Validations.of(this).acknowledge(
      {
        id: 'Serverless-LambdaTracing',
        reason:
          'A trace would need a permission on every resource (xray takes no other) and would repeat what the log and ' +
          "Rounds' own metrics say.",
      },
      {
        id: 'Serverless-LambdaDLQ',
        reason: props.onFailure
          ? 'The on-failure destination says more: it keeps the error beside the event.'
          : dropped,
      },
    );
    if (!props.onFailure)
      Validations.of(this).acknowledge({ id: 'Serverless-LambdaAsyncFailureDestination', reason: dropped });
  }
}

/** Not the destination that CDK has for a queue: that one lets a function ask for the queue's URL and attributes too. */
class FailureQueue implements IDestination {
  private readonly queue: IQueue;

  constructor(queue: IQueue) {
    this.queue = queue;
  }

  bind(_scope: Construct, failing: IFunction): DestinationConfig {
    const { queueArn } = this.queue;
    failing.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    return { destination: queueArn };
  }
}

/** The asset's hash is that of the code, so nothing but changed code or a changed plan deploys a function anew. */
function codeOf(scope: Construct, { code }: Bundle): Code {
  // By its content, since CDK remembers the hash of a path that it has seen before.
  const digest = createHash('sha256').update(code).digest('hex');
  const folder = join(Stage.of(scope)?.outdir ?? tmpdir(), 'bundles', digest);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), code);
  return Code.fromAsset(folder);
}
