import { join } from 'node:path';
import { z } from 'zod';
import { handedOver } from '../iam/hand-over.ts';
import { LambdaFunction } from '../lambda.ts';
import { AsyncInvoker, defaultAsyncSettings } from '../lambda-async.ts';
import { QueueSource } from '../queue-source.ts';
import { required } from '../services.ts';
import { arnOf, byName, kept, type ResourceKind, resourceKind, wholeNumber } from './kind.ts';

/** Lambda's defaults. */
const defaults = { memoryMb: 128, timeoutSeconds: 3, batchSize: 10 } as const;

/** Batches in flight where the template sets no limit; AWS begins with five pollers. */
const defaultSourceConcurrency = 5;

const functionKind = resourceKind({
  type: 'AWS::Lambda::Function',
  properties: z.strictObject({
    Architectures: kept,
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string().regex(/^\w+\.zip$/, 'expected <hash>.zip') }),
    Description: kept,
    Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).optional(),
    Handler: z.string().regex(/^[^.]+\.[^.]+$/, 'expected module.export'),
    LoggingConfig: z.strictObject({ LogFormat: kept, LogGroup: z.string().optional() }).optional(),
    MemorySize: wholeNumber.default(defaults.memoryMb),
    ReservedConcurrentExecutions: wholeNumber.min(1).optional(),
    Role: z.string(),
    Runtime: z.string().startsWith('nodejs'),
    Tags: kept,
    Timeout: wholeNumber.default(defaults.timeoutSeconds),
  }),
  identify: (name, place) => ({ ref: name, attributes: { Arn: arnOf('lambda', place, `function:${name}`) } }),
  create(properties, { ref: name, attributes }, services) {
    const { place, assetsFolder, clock, timers, functions, targets, lambdaRuntime } = services;
    const arn = String(attributes.Arn);
    const settings = {
      name,
      arn,
      role: properties.Role,
      logGroup: arnOf('logs', place, `log-group:${properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`}`),
      // The convention of the CDK: the folder `asset.<hash>` is uploaded as `<hash>.zip`.
      folder: join(assetsFolder, `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`),
      handler: properties.Handler,
      environment: properties.Environment?.Variables ?? {},
      timeoutMs: properties.Timeout * 1_000,
      memoryMb: properties.MemorySize,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
    };
    const lambda = new LambdaFunction(settings, lambdaRuntime);
    const invoker = new AsyncInvoker(lambda, { clock, timers });
    functions.set(name, { lambda, invoker }).set(arn, { lambda, invoker });
    targets.add(arn, (payload) => invoker.invoke(payload));
  },
});

const invokeConfigKind = resourceKind({
  type: 'AWS::Lambda::EventInvokeConfig',
  properties: z.strictObject({
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).optional(),
    FunctionName: z.string(),
    MaximumEventAgeInSeconds: wholeNumber.min(60).max(21_600).optional(),
    MaximumRetryAttempts: wholeNumber.min(0).max(2).optional(),
    Qualifier: z.literal('$LATEST'),
  }),
  identify: byName,
  create({ DestinationConfig, FunctionName, MaximumEventAgeInSeconds: age, MaximumRetryAttempts }, _, services) {
    const destination = DestinationConfig?.OnFailure?.Destination;
    const { lambda, invoker } = required(services.functions.get(FunctionName), 'function', FunctionName);
    const handOver = (arn: string) =>
      handedOver({ iam: services.iam, principal: lambda.principal, arn, target: services.targets.require(arn) });
    invoker.settings = {
      retryAttempts: MaximumRetryAttempts ?? defaultAsyncSettings.retryAttempts,
      maximumAgeMs: age === undefined ? defaultAsyncSettings.maximumAgeMs : age * 1_000,
      onFailure: destination === undefined ? undefined : handOver(destination),
    };
  },
});

const sourceKind = resourceKind({
  type: 'AWS::Lambda::EventSourceMapping',
  properties: z.strictObject({
    BatchSize: wholeNumber.default(defaults.batchSize),
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    MaximumBatchingWindowInSeconds: wholeNumber.default(0),
    ScalingConfig: z.strictObject({ MaximumConcurrency: wholeNumber }).optional(),
    Tags: kept,
  }),
  identify: byName,
  create(properties, _, { queues, functions, place, clock, timers, activity, iam }) {
    const { EventSourceArn, FunctionName, ScalingConfig } = properties;
    new QueueSource({
      queue: required(queues.get(EventSourceArn), 'queue', EventSourceArn),
      lambda: required(functions.get(FunctionName), 'function', FunctionName).lambda,
      batchSize: properties.BatchSize,
      windowMs: properties.MaximumBatchingWindowInSeconds * 1_000,
      reportsFailures: properties.FunctionResponseTypes.length > 0,
      maximumConcurrency: ScalingConfig?.MaximumConcurrency ?? defaultSourceConcurrency,
      region: place.region,
      clock,
      timers,
      activity,
      iam,
    }).start();
  },
});

export const functionKinds: readonly ResourceKind[] = [functionKind, invokeConfigKind, sourceKind];
