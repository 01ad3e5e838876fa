import { describe, expect, it } from 'vitest';
import { displayName } from '../../../functions/core/sms.ts';
import { examples } from './message-examples.ts';

/**
 * Every kind of message as people get it: read them when you change a word. Written anew by
 * `npx vitest run test/functions/core/message-texts.test.ts --update=all`.
 */
describe('the message', () => {
  it.each(examples)('$name reads as in messages/$name.txt', async ({ name, to, message }) => {
    const { subject, sms, email } = message;
    const onPhone = `${displayName.toUpperCase()}> ${sms}`;
    const text = [
      `To: ${to}`,
      `Subject (${subject.length} of 99): ${subject}`,
      `SMS (${onPhone.length} of 160): ${onPhone}`,
      '',
      email,
    ].join('\n');
    await expect(text).toMatchFileSnapshot(`messages/${name}.txt`);
  });
});
