import { z } from 'zod';
import type { JsonObject } from '../service.ts';
import { byName, kept, type ResourceKind, resourceKind } from './kind.ts';

const documentKind = resourceKind({
  type: 'AWS::SSM::Document',
  properties: z.strictObject({
    Content: z.record(z.string(), z.json()),
    DocumentFormat: z.literal('JSON').optional(),
    DocumentType: z.literal('Command'),
    Tags: kept,
    TargetType: z.string(),
    UpdateMethod: kept,
  }),
  identify: byName,
  create({ Content, TargetType }, { ref }, { ssm }) {
    ssm.putDocument(ref, Content as JsonObject, TargetType);
  },
});

export const documentKinds: readonly ResourceKind[] = [documentKind];
