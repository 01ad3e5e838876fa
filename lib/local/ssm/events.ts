import type { LocalEvent } from '../service.ts';
import type { Command, Invocation } from './command.ts';

/**
 * The two EventBridge events of Run Command. AWS sends them with best effort; neither carries output or exit codes.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
 */
export function commandEvent(command: Command): LocalEvent {
  return {
    source: 'aws.ssm',
    detailType: 'EC2 Command Status-change Notification',
    detail: {
      'command-id': command.id,
      'document-name': command.request.documentName,
      'expire-after': new Date(command.expiresAt).toISOString(),
      parameters: Object.fromEntries(
        Object.entries(command.request.parameters).map(([name, value]) => [name, [value]]),
      ),
      'requested-date-time': new Date(command.requestedAt).toISOString(),
      status: command.status.status,
    },
  };
}

export function invocationEvent(command: Command, invocation: Invocation): LocalEvent {
  return {
    source: 'aws.ssm',
    detailType: 'EC2 Command Invocation Status-change Notification',
    detail: {
      'command-id': command.id,
      'document-name': command.request.documentName,
      'instance-id': invocation.host.id,
      'requested-date-time': new Date(command.requestedAt).toISOString(),
      status: invocation.status.status,
    },
  };
}
