import { Annotations, CfnParameter, type Stack, Validations } from 'aws-cdk-lib';

/**
 * Keeps a stack from being deployed that would page nobody, while it can still be synthesized and read: a parameter
 * without a value stops `cdk deploy`, and its name is what the message shows.
 */
export function refuseToDeployWithoutContacts(stack: Stack): void {
  new CfnParameter(stack, 'CopyContactsExampleJsonToContactsJsonAndFillItIn', {
    type: 'String',
    description:
      'The contacts are placeholders, so Rounds would tell nobody. Copy contacts.example.json to contacts.json, fill it ' +
      'in and deploy again: this parameter is gone then. It is not meant to be given a value.',
  });
  Validations.of(stack).acknowledge({
    id: 'CloudFormation-Validate::W2001',
    reason: 'Nothing refers to the parameter: all that it has to do is to lack a value.',
  });
  Annotations.of(stack).addWarningV2(
    'rounds:contacts',
    'the contacts are placeholders: this stack can be read but not deployed. Copy contacts.example.json to ' +
      'contacts.json and fill it in.',
  );
}
